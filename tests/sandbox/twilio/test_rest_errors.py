"""Errors of the REST API in Twilio's form."""

import json

from sandbox.faults import Faults
from sandbox.twilio.rest_errors import RestError, not_found, on_request


def test_an_error_has_twilios_body():
    response = RestError(400, 21211, "Invalid 'To' Phone Number: 12").response()
    body = json.loads(bytes(response.body))
    assert body["code"] == 21211
    assert body["more_info"].endswith("/21211")
    assert response.status_code == 400


def test_a_missing_login_asks_for_one_and_a_missing_resource_is_named():
    assert "www-authenticate" in RestError(401, 20003, "Authenticate").response().headers
    assert "/Calls/CA1.json" in str(not_found("/Calls/CA1.json"))


def test_a_fault_says_how_it_is_refused():
    error = on_request(Faults().add("twilio.create_error", status=429, code=20429, message="Slow down."))
    assert (error.status, error.code, error.message) == (429, 20429, "Slow down.")
