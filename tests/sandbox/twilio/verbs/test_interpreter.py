"""A document is carried out verb by verb, and another instruction takes its place."""

import pytest

from sandbox.twilio.call.flow_control import END_OF_DOCUMENT, HangUp, Run
from sandbox.twilio.verbs.interpreter import Interpreter, rejection
from tests.sandbox.twilio.verbs.control import WrittenDown, a_call, document


async def performed(twiml: str):
    control, call = WrittenDown(), a_call()
    end = await Interpreter(call, control).run(Run(document(twiml)))
    return end, control, [event.data["name"] for event in call.events if event.kind == "verb"]


async def test_a_document_without_verbs_answers_and_hangs_up():
    end, control, verbs = await performed("")
    assert (end.cause, control.asked, verbs) == (END_OF_DOCUMENT, [("answer",)], [])


async def test_a_verb_that_hangs_up_is_the_last():
    end, _, verbs = await performed('<Stop><Stream name="a"/></Stop><Hangup/><Say>never</Say>')
    assert (end.cause, verbs) == ("<Hangup>", ["Stop", "Hangup"])


async def test_what_is_not_offered_is_the_sandboxs_own_lack():
    _, control, _ = await performed("<Enqueue>support</Enqueue>")
    assert [complaint.by for complaint in control.services.complaints.all()] == ["sandbox"]


async def test_a_hang_up_comes_before_any_document():
    call, control = a_call(), WrittenDown()
    call.flow.give(HangUp("person"))
    end = await Interpreter(call, control).run(Run(document("<Redirect>http://[x</Redirect>")))
    assert end == HangUp("person")


@pytest.mark.parametrize(
    ("twiml", "status"), [("<Reject/>", "no-answer"), ('<Reject reason="busy"/>', "busy"), ("<Say>Hi</Say>", None)]
)
def test_a_document_that_begins_with_reject_is_never_answered(twiml, status):
    end = rejection(Run(document(twiml)))
    assert (end.status if end else None) == status
