"""The engine's webhooks: the form is read, and the document of its step answered, also when it is asked for again."""

import pytest
from django.test import Client
from django.utils.timezone import now

from calls.agent import phrases
from calls.models import Call, ConversationStep
from tests.calls.carrier_stub import hook
from tests.calls.conversational.documents import last_of, spoken, tags
from tests.calls.vendors import Vendors, says

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own
STOP = {"SpeechResult": "Stop calling me.", "Confidence": "0.95"}


def post(client: Client, call: Call, name: str, *numbers: int, **form: str) -> str:
    answer = hook(client, name, call.pk, *numbers, CallSid=str(call.twilio_sid), **form)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def test_number_0_is_the_opening_asked_for_again(client: Client, call: Call) -> None:
    first, again = (post(client, call, "twilio_gather", 0) for _ in range(2))
    assert first == again
    assert "Gather" in tags(first)


def test_what_was_recognized_is_the_turn_and_a_repeated_form_is_no_second_one(client: Client, greeted: Call) -> None:
    first, again = (post(client, greeted, "twilio_gather", 1, **STOP) for _ in range(2))
    assert first == again
    assert tags(first)[-1] == "Hangup"
    assert spoken(1, greeted) == [phrases.OPTED_OUT]
    assert ConversationStep.objects.get(call=greeted, number=1).heard == STOP["SpeechResult"]


def test_a_partial_result_is_taken_without_an_answer(client: Client, greeted: Call) -> None:
    form = {"CallSid": str(greeted.twilio_sid), "UnstableSpeechResult": "Stop", "SequenceNumber": "0"}
    assert hook(client, "twilio_partial", greeted.pk, 1, **form).status_code == 204
    assert not ConversationStep.objects.filter(call=greeted, number=1).exists()


def test_the_carriers_form_is_read_and_answered_with_twiml(greeted: Call, vendors: Vendors, client: Client) -> None:
    vendors.script = [says("Glad to hear it.")]
    answer = hook(
        client,
        "twilio_gather",
        greeted.pk,
        1,
        CallSid=str(greeted.twilio_sid),
        SpeechResult="I am fine",
        Confidence="0.9",
    )
    assert answer["Content-Type"].startswith("text/xml")
    assert tags(last_of(greeted, answer.content.decode())) == ["Gather", "Play"]
    assert ConversationStep.objects.get(call=greeted, number=1).heard == "I am fine"


def test_an_unsigned_turn_is_refused_and_nothing_happens(greeted: Call, vendors: Vendors, client: Client) -> None:
    answer = hook(client, "twilio_gather", greeted.pk, 1, signature="wrong", SpeechResult="I am fine")
    assert answer.status_code == 403
    assert not ConversationStep.objects.filter(call=greeted, number=1).exists()


def test_a_turn_of_an_ended_call_hangs_up(greeted: Call, client: Client) -> None:
    Call.objects.filter(pk=greeted.pk).update(status="completed", ended_at=now())
    answer = hook(client, "twilio_gather", greeted.pk, 1, CallSid=str(greeted.twilio_sid), SpeechResult="Hello")
    assert tags(answer.content.decode()) == ["Hangup"]


def test_a_typed_number_is_one_turn(greeted: Call, vendors: Vendors, client: Client) -> None:
    sid = str(greeted.twilio_sid)
    answer = hook(client, "twilio_gather", greeted.pk, 1, CallSid=sid, Digits="450000", FinishedOnKey="#")
    assert "Gather" in tags(last_of(greeted, answer.content.decode()))
    assert vendors.chats[0]["messages"][-1]["content"] == "(pressed 450000)"


def test_the_rest_of_an_answer_is_asked_for_by_its_parts(greeted: Call, client: Client) -> None:
    parts = [{"text": text, "digest": "", "seconds": 1.0} for text in ("Hello.", "How are you?")]
    greeted.steps.create(number=1, verdict="accepted", parts=parts, finished_at=now())
    answer = hook(client, "twilio_gather_more", greeted.pk, 1, 1, 0, CallSid=str(greeted.twilio_sid))
    document = answer.content.decode()
    assert tags(document) == ["Gather", "Say"]
    assert "How are you?" in document
