"""The engine's webhooks: the form is read, and the document of its step answered, also when it is asked for again."""

import pytest
from django.test import Client

from calls.agent import phrases
from calls.models import Call, ConversationStep
from tests.calls.carrier_stub import hook
from tests.calls.conversational.documents import spoken, tags

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
