"""Keys and resources of Twilio's REST operations."""

from urllib.parse import urlencode

from starlette.datastructures import Headers

from sandbox.conformance.exchange import Answer, Question
from sandbox.conformance.twilio_rest import OPERATIONS, judge
from sandbox.twilio.call.resource import Call

ACCOUNT = "AC" + "0" * 32
CALL = Call(ACCOUNT, "+15125550101", "+15125550100")


def findings(form: dict[str, str], body: bytes):
    question = Question(urlencode(form).encode(), "", Headers({"content-type": "application/x-www-form-urlencoded"}))
    answer = Answer(201, Headers({"content-type": "application/json"}), body)
    return {found["by"]: found["problems"] for found in judge(OPERATIONS["POST", "/Calls.json"], question, answer)}


def test_a_call_as_the_sandbox_makes_it_conforms():
    import json

    assert findings({"To": CALL.to, "From": CALL.from_, "Url": "https://app"}, json.dumps(CALL.as_json()).encode()) == {
        "client": [],
        "sandbox": [],
    }


def test_a_key_twilio_does_not_know_and_an_answer_that_is_none_are_named():
    found = findings({"Too": CALL.to}, b"[]")
    assert found["client"]
    assert found["sandbox"]
