"""The sounds a run forgets."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from calls.models import Call, CallStatus, ConversationStep, SpeechClip
from leads.models import Lead
from tests.bench_conversation.rows import forget_sounds
from tests.people import make_call

pytestmark = pytest.mark.django_db


def render(sound: str, *, seconds_ago: float = 6) -> None:
    """A sound that was rendered so long ago."""
    made = {
        "content_type": "audio/wav",
        "audio": b"",
        "seconds": 1,
        "created_at": now() - timedelta(seconds=seconds_ago),
    }
    SpeechClip.objects.get_or_create(digest=sound, defaults=made)


def say(call: Call, number: int, *sounds: str) -> None:
    """A step of the call that plays these sounds, rendered some time ago."""
    for sound in sounds:
        render(sound)
    parts = [{"text": sound, "digest": sound, "seconds": 1} for sound in sounds]
    ConversationStep.objects.create(call=call, number=number, parts=parts)


def kept() -> set[str]:
    return set(SpeechClip.objects.values_list("digest", flat=True))


def test_a_sound_is_forgotten_once_the_caller_has_answered_it(lead: Lead) -> None:
    call = make_call(lead)
    say(call, 1, "a", "b")
    say(call, 2, "c")
    assert forget_sounds() == 2
    assert kept() == {"c"}


def test_a_sound_that_somebody_else_hears_now_is_kept(lead: Lead) -> None:
    ended, call = make_call(lead, status=CallStatus.COMPLETED, ended_at=now()), make_call(lead)
    say(ended, 3, "a", "b")
    say(call, 1, "a")
    forget_sounds()
    assert kept() == {"a"}


def test_the_opening_and_the_fixed_phrases_stay(lead: Lead) -> None:
    call = make_call(lead)
    say(call, 0, "opening")
    say(call, 1)
    render("One moment, please.")
    assert forget_sounds() == 0
    assert kept() == {"opening", "One moment, please."}


def test_a_sound_rendered_just_now_is_kept_for_an_answer_begun_early(lead: Lead) -> None:
    render("a", seconds_ago=1)
    call = make_call(lead)
    say(call, 1, "a")
    say(call, 2, "b")
    assert forget_sounds() == 0
