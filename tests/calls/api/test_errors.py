"""Every error of the JSON API has one shape."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from leads.models import Lead
from tests.calls.api.client import bearer, error, initiate, post


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
