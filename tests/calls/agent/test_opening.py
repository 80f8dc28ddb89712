"""The opening of an AI call: fixed by its first use, rendered before somebody answers."""

import time

import pytest

from calls.agent import phrases
from calls.agent.opening import opening_of, prepare_opening, prepare_opening_soon
from calls.models import Call, CallType, SpeechClip, Usage
from calls.providers import ProviderError
from calls.speech.sentences import split_sentences
from leads.models import Lead
from tests.calls.vendors import Vendors
from tests.people import make_call

pytestmark = pytest.mark.django_db


def test_the_first_use_fixes_the_words_whatever_becomes_of_the_lead(lead: Lead) -> None:
    call = make_call(lead)
    words = opening_of(call)
    Lead.objects.filter(pk=lead.pk).update(first_name="Rosa")
    assert "Maria" in words
    assert opening_of(Call.objects.get(pk=call.pk)) == words


def test_another_process_that_fixed_the_words_first_wins(lead: Lead) -> None:
    call = make_call(lead)
    Call.objects.filter(pk=call.pk).update(opening="Fixed elsewhere.")
    assert opening_of(call) == "Fixed elsewhere."


@pytest.mark.parametrize(
    ("type_", "fixed"), [(CallType.CONVERSATIONAL, phrases.CONVERSATIONAL), (CallType.REALTIME, phrases.REALTIME)]
)
def test_the_engines_fixed_phrases_are_rendered_too_and_charged_to_no_call(
    vendors: Vendors, type_: CallType, fixed: tuple[str, ...]
) -> None:
    call = make_call(type=type_)
    prepare_opening(call)
    sentences = {sentence for phrase in fixed for sentence in split_sentences(phrase)}
    rendered = {*fixed, *sentences} & set(vendors.spoken)
    assert rendered == (sentences if type_ == CallType.REALTIME else set(fixed))
    charged = sum(usage.quantity for usage in Usage.objects.filter(call=call, meter="polly.character"))
    assert charged == sum(len(text) for text in vendors.spoken if text not in rendered)


def test_a_persons_call_has_no_speech_to_render(vendors: Vendors) -> None:
    prepare_opening(make_call(type=CallType.REGULAR))
    assert not SpeechClip.objects.exists()
    assert vendors.spoken == []


def test_a_voice_that_is_down_is_reported_to_whoever_prepares(vendors: Vendors) -> None:
    vendors.voice_is_down = True
    with pytest.raises(ProviderError):
        prepare_opening(make_call())


@pytest.mark.parametrize("type_", [CallType.REGULAR, CallType.CONVERSATIONAL])
def test_only_a_realtime_opening_is_prepared_while_the_webhook_answers(vendors: Vendors, type_: CallType) -> None:
    prepare_opening_soon(make_call(type=type_))
    assert vendors.spoken == []


@pytest.mark.django_db(transaction=True)
def test_a_realtime_opening_is_there_a_moment_after_the_webhook(vendors: Vendors) -> None:
    prepare_opening_soon(make_call(type=CallType.REALTIME))
    deadline = time.monotonic() + 10
    while len(SpeechClip.objects.filter(seconds__gt=0)) <= len(phrases.REALTIME) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "This call is recorded." in vendors.spoken
