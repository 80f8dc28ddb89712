"""Rendered speech makes room for newer, and never for what is in use."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pytest_django import Settings

from calls.agent import opening
from calls.agent.phrases import REALTIME
from calls.conversational import steps
from calls.conversational.voice import VOICE
from calls.models import CallType, ConversationStep, SpeechClip, Usage
from calls.speech import clips
from calls.speech.clip_cache import BEYOND_A_CALL, MOST_AT_ONCE, evict_old_clips
from calls.speech.clips import TOUCH_AFTER
from calls.sweep import sweep
from tests.calls.vendors import Vendors
from tests.people import make_call

pytestmark = pytest.mark.django_db
SECOND = 16_000  # bytes of WAV


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.SPEECH_CACHE_DAYS, settings.SPEECH_CACHE_MB, settings.MAX_CALL_SECONDS = 30, 0, 600


def make_clip(name: str, *, days: float, seconds: float = 1.0, content_type: str = "audio/wav") -> SpeechClip:
    """A clip that was last asked for that many days ago."""
    used = now() - timedelta(days=days)
    return SpeechClip.objects.create(
        digest=name, content_type=content_type, audio=b"", seconds=seconds, created_at=used, last_used_at=used
    )


def kept() -> list[str]:
    return sorted(SpeechClip.objects.values_list("digest", flat=True))


def test_what_nobody_asked_for_in_so_many_days_goes(vendors: Vendors) -> None:
    make_clip("old", days=31)
    make_clip("used", days=29)
    assert sweep()["clips"] == 1
    assert kept() == ["used"]
    assert sweep()["clips"] == 0


def test_beyond_the_size_the_longest_unused_goes_and_no_more_than_needed(settings: Settings) -> None:
    settings.SPEECH_CACHE_MB = 1
    for days in range(3, 9):
        make_clip(f"unused for {days}", days=days, seconds=200_000 / SECOND)
    assert evict_old_clips(now()) == 1
    assert kept() == [f"unused for {days}" for days in range(3, 8)]
    assert evict_old_clips(now()) == 0


def test_speech_of_a_media_stream_takes_half_the_room(settings: Settings) -> None:
    settings.SPEECH_CACHE_MB = 1
    for name in ("a", "b"):
        make_clip(name, days=3, seconds=900_000 / SECOND, content_type="audio/ulaw")
    assert evict_old_clips(now()) == 0


@pytest.mark.parametrize(("days", "megabytes", "left"), [(0, 0, 2), (30, 0, 1), (0, 1, 1)])
def test_zero_sets_no_limit(settings: Settings, days: int, megabytes: int, left: int) -> None:
    settings.SPEECH_CACHE_DAYS, settings.SPEECH_CACHE_MB = days, megabytes
    make_clip("huge", days=1000, seconds=100)
    make_clip("new", days=2, seconds=1)
    evict_old_clips(now())
    assert SpeechClip.objects.count() == left


@pytest.mark.parametrize("megabytes", [0, 1])
def test_what_a_call_that_may_still_be_on_the_line_has_asked_for_stays(settings: Settings, megabytes: int) -> None:
    """A clip asked for again within a day keeps its old date, so a day older than the longest call is still in use."""
    settings.SPEECH_CACHE_DAYS, settings.SPEECH_CACHE_MB = 1, megabytes
    in_use = TOUCH_AFTER + timedelta(seconds=600) + BEYOND_A_CALL
    make_clip("named by a call", days=(in_use - timedelta(minutes=1)) / timedelta(days=1), seconds=100)
    make_clip("named by none", days=(in_use + timedelta(minutes=1)) / timedelta(days=1), seconds=100)
    assert evict_old_clips(now()) == 1
    assert kept() == ["named by a call"]


@pytest.mark.parametrize("type", [CallType.CONVERSATIONAL, CallType.REALTIME])
def test_an_opening_that_waits_to_be_played_stays_however_old_its_words(vendors: Vendors, type: CallType) -> None:
    call = make_call(type=type, status="ringing", answered_at=None)
    opening.prepare_opening(call)
    SpeechClip.objects.update(last_used_at=now() - timedelta(days=300))
    opening.prepare_opening(call)  # the next call to the same words
    played = len(vendors.spoken)
    while sweep()["clips"]:
        pass
    if type == CallType.REALTIME:
        wanted = (call.opening, *REALTIME)
        assert set(clips.cached_mulaw(wanted)) == set(wanted)
    else:
        opening.prepare_opening(call)
    assert len(vendors.spoken) == played


def test_a_clip_asked_for_while_it_goes_is_rendered_again(vendors: Vendors) -> None:
    """Between finding it and marking it as used, another process deletes it."""
    gone = clips.clip("Good morning.")
    SpeechClip.objects.update(last_used_at=now() - timedelta(days=300))

    def meanwhile(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("UPDATE") and "last_used_at" in sql:
            execute("DELETE FROM calls_speechclip", (), False, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        again = clips.clip("Good morning.")
    assert again.digest == gone.digest
    assert SpeechClip.objects.filter(digest=gone.digest).exists()
    assert vendors.spoken == ["Good morning."] * 2


def test_a_clip_asked_for_after_it_was_chosen_stays(vendors: Vendors) -> None:
    clip = clips.clip("Good morning.")
    SpeechClip.objects.update(last_used_at=now() - timedelta(days=300))

    def meanwhile(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("DELETE"):
            execute("UPDATE calls_speechclip SET last_used_at = %s", (now(),), False, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert evict_old_clips(now()) == 0
    assert kept() == [clip.digest]


def test_a_full_cache_is_emptied_a_few_clips_at_a_time_each_by_its_index(settings: Settings) -> None:
    settings.SPEECH_CACHE_MB = 1
    for number in range(2 * MOST_AT_ONCE + 1):
        make_clip(f"{number:03}", days=300, seconds=0)
    with CaptureQueriesContext(connection) as queries:
        assert evict_old_clips(now()) == MOST_AT_ONCE
    assert not any('"audio"' in query["sql"] for query in queries)
    assert [evict_old_clips(now()) for _ in range(3)] == [MOST_AT_ONCE, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_make_room_at_once_delete_each_clip_once(settings: Settings) -> None:
    for number in range(40):
        make_clip(str(number), days=300)
    deleted: list[int] = []

    def make_room() -> None:
        try:
            deleted.append(evict_old_clips(now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=make_room) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(deleted) == 4
    assert sum(deleted) == 40
    assert kept() == []


class TestGone:
    """The carrier asks for a clip that is not there any more."""

    def step(self, vendors: Vendors, **fields: Any) -> str:
        """A live call's step; the digest of what it says, whose clip is gone."""
        call = make_call(type=CallType.CONVERSATIONAL, **fields)
        step = ConversationStep.objects.create(call=call, number=1, verdict="accepted")
        part = VOICE.part("It has three bedrooms.", call.pk)
        steps.grow(step, [part])
        SpeechClip.objects.all().delete()
        vendors.spoken.clear()
        return part.digest

    def test_what_a_live_call_names_is_rendered_again(self, vendors: Vendors, client: Client) -> None:
        digest = self.step(vendors)
        answers = [client.get(f"/speech/{digest}.wav") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0]["Content-Type"] == "audio/wav"
        assert answers[0].content == answers[1].content
        assert vendors.spoken == ["It has three bedrooms."]
        assert Usage.objects.filter(meter="polly.character").count() == 1

    def test_a_call_that_is_over_needs_nothing(self, vendors: Vendors, client: Client) -> None:
        digest = self.step(vendors, status="completed", ended_at=now())
        assert client.get(f"/speech/{digest}.wav").status_code == 404
        assert vendors.spoken == []

    def test_when_the_voice_fails_the_carrier_goes_on(self, vendors: Vendors, client: Client) -> None:
        digest = self.step(vendors)
        vendors.voice_is_down = True
        assert client.get(f"/speech/{digest}.wav").status_code == 404
