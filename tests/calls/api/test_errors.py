"""Every error of the JSON API has one shape."""

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from calls.api.errors import server_error
from calls.models import Call
from leads.models import Lead
from tests.calls.api.client import bearer, error, initiate, post
from tests.calls.carrier_stub import Carrier
from tests.calls.outage import database_away


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/calls/x/y/z"])
def test_an_address_that_is_none_is_404_in_the_same_shape(client: Client, db: None, path: str) -> None:
    assert error(client.get(path), 404) == "not_found"
    assert error(post(client, path, {}), 404) == "not_found"


def test_a_body_beyond_all_measure_is_refused_in_the_one_shape(lead: Lead, omar: User) -> None:
    assert error(initiate(bearer(omar), lead, b'{"type": "' + b"x" * 3_000_000 + b'"}'), 413) == "too_big"


def test_a_method_that_is_not_allowed_is_refused_in_the_one_shape(lead: Lead, omar: User) -> None:
    answer = bearer(omar).get(f"/api/calls/{lead.pk}/initiate")
    assert error(answer, 405) == "method_not_allowed"
    assert answer.headers["Allow"] == "POST"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/api/calls", "/leads/", "/calls/", "/admin/", "/speech/" + "0" * 64 + ".wav"])
def test_without_a_database_everything_asks_to_come_again(omar: User, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(omar)
    with database_away():
        answer = client.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    if path.startswith("/api/"):
        assert error(answer, 503) == "unavailable"


@pytest.mark.django_db(transaction=True)
def test_without_a_database_a_token_is_asked_to_come_again(lead: Lead, omar: User) -> None:
    client = bearer(omar)
    with database_away():
        assert error(initiate(client, lead, {"type": "regular"}), 503) == "unavailable"


def test_any_other_fault_is_a_fault() -> None:
    request = RequestFactory().get("/")
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        assert server_error(request).status_code == 500


@pytest.mark.parametrize("path", ["/api/calls", "/api/calls/{call}", "/api/openapi.json", "/api/docs", "/api/nothing"])
def test_head_is_get_without_its_body(call: Call, omar: User, path: str) -> None:
    client = bearer(omar)
    get, head = (ask(path.format(call=call.pk)) for ask in (client.get, client.head))
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["Content-Length"] == str(len(get.content))
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_head_where_nothing_is_read_says_what_may_be_done(call: Call, omar: User) -> None:
    answer = bearer(omar).head(f"/api/calls/{call.pk}/end")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert bearer(omar).delete(f"/api/calls/{call.pk}").headers["Allow"] == "GET, HEAD"


def test_head_needs_to_log_in_as_get_does(client: Client, call: Call) -> None:
    assert client.head(f"/api/calls/{call.pk}").status_code == 401


@pytest.mark.parametrize("path", ["/api/calls/", "/api/calls/{call}/", "/api/openapi.json/", "/api/calls//"])
def test_a_slash_at_the_end_of_an_address_counts_for_nothing(call: Call, omar: User, path: str) -> None:
    written = path.format(call=call.pk)
    assert bearer(omar).get(written).json() == bearer(omar).get(written.rstrip("/")).json()


def test_a_call_may_be_placed_and_ended_with_the_slash(lead: Lead, omar: User, carrier: Carrier) -> None:
    placed = post(bearer(omar), f"/api/calls/{lead.pk}/initiate/", {"type": "realtime"})
    assert placed.status_code == 201
    assert post(bearer(omar), f"/api/calls/{placed.json()['id']}/end/", {}).status_code == 200
