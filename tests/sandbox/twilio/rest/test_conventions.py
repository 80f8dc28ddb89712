"""Pages of lists, and the account's numbers."""

import json

import pytest
from starlette.requests import Request

from sandbox.config import Config
from sandbox.twilio.rest.conventions import owned_numbers, page_of
from sandbox.twilio.rest_errors import RestError


def request(query: str) -> Request:
    server = {"scheme": "http", "server": ("127.0.0.1", 9100), "path": "/Calls.json", "headers": []}
    return Request({"type": "http", "method": "GET", "query_string": query.encode(), **server})


def test_a_page_names_its_neighbors():
    page = json.loads(bytes(page_of(request("PageSize=2&Page=1"), "calls", [{"n": n} for n in range(5)]).body))
    assert [call["n"] for call in page["calls"]] == [2, 3]
    assert "Page=0" in page["previous_page_uri"]
    assert "Page=2" in page["next_page_uri"]


def test_the_last_page_has_no_next_and_a_size_is_a_number():
    page = json.loads(bytes(page_of(request(""), "calls", []).body))
    assert (page["calls"], page["next_page_uri"], page["previous_page_uri"]) == ([], None, None)
    for query, code in {"PageSize=many": 20001, "PageSize=1001": 20007}.items():
        with pytest.raises(RestError) as refused:
            page_of(request(query), "calls", [])
        assert (refused.value.status, refused.value.code) == (400, code)
    assert json.loads(bytes(page_of(request("PageSize=1000"), "calls", []).body))["page_size"] == 1000


def test_numbers_are_separated_by_commas():
    assert owned_numbers(Config(owned_numbers="+15125550100, ,+15125550102")) == {"+15125550100", "+15125550102"}
    assert owned_numbers(Config()) == frozenset()
