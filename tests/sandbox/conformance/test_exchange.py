"""A response as a check sees it."""

import pytest
from starlette.datastructures import Headers

from sandbox.conformance.exchange import Answer, finding, parsed, read_json


def test_an_answer_knows_whether_it_is_good_and_of_which_type():
    answer = Answer(201, Headers({"content-type": "application/json; charset=utf-8"}), b'{"sid": "CA1"}')
    assert (answer.good, answer.content_type, answer.json()) == (True, "application/json", {"sid": "CA1"})


def test_what_is_not_json_is_nothing():
    assert Answer(500, Headers({}), b"oops").json() is None


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"n": NaN}', b'{"n": -Infinity}', b'{"n": "\\ud800"}', b"\xff", b"[" * 100_000, '"\\udc00"', b""],
    ids=lambda body: str(body[:12]),
)
def test_what_no_vendor_reads_as_json_is_none(body):
    with pytest.raises(ValueError, match=r".*"):
        parsed(body)
    assert read_json(body) is None


def test_a_whole_surrogate_pair_is_a_letter():
    assert parsed(b'"\\ud83d\\ude00"') == "😀"


def test_a_finding_carries_its_problems():
    assert finding("twilio.rest", "client", "Calls.create", ["unknown key"])["problems"] == ["unknown key"]
