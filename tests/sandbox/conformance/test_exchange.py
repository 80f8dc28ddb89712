"""A response as a check sees it."""

from starlette.datastructures import Headers

from sandbox.conformance.exchange import Answer, finding


def test_an_answer_knows_whether_it_is_good_and_of_which_type():
    answer = Answer(201, Headers({"content-type": "application/json; charset=utf-8"}), b'{"sid": "CA1"}')
    assert (answer.good, answer.content_type, answer.json()) == (True, "application/json", {"sid": "CA1"})


def test_what_is_not_json_is_nothing():
    assert Answer(500, Headers({}), b"oops").json() is None


def test_a_finding_carries_its_problems():
    assert finding("twilio.rest", "client", "Calls.create", ["unknown key"])["problems"] == ["unknown key"]
