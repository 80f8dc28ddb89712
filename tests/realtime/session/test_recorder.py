"""The recorder stores what the bridge records."""

import re
from dataclasses import replace

import pytest
from channels.db import database_sync_to_async
from django.conf import settings

from calls.database.writes import take_in
from calls.models import Call, EventKind
from calls.understanding.recognition_results import RecognitionResult
from realtime.bridge.vocabulary.actions import Kind, Note, Speaker, Spent, TranscriptLine
from realtime.session.recorder import Recorder, as_utterance
from tests.calls.outage import database_away_for_all, nothing_taken_in_by_itself


async def test_a_usage_report_that_makes_no_sense_costs_nothing_else(call: Call) -> None:
    records = Recorder(call.pk, began_ms=0)
    records.keep(Spent("response", "resp_1", {"input_token_details": 5}))
    records.keep(Note("opening_played", 10, {}))
    records.finish()
    await records.run()
    assert await database_sync_to_async(call.events.filter(kind="opening_played").exists)()


def test_a_recorded_word_into_a_wait_is_a_filler() -> None:
    line = TranscriptLine("ours-1", Speaker.AGENT, Kind.RECORDED, generated="One moment, please.")
    said = as_utterance(line, began_ms=0)
    assert (said.text, said.filler) == ("One moment, please.", True)
    assert not as_utterance(TranscriptLine("msg-1", Speaker.AGENT, Kind.SPEECH, generated="Hello."), began_ms=0).filler


def test_keys_stand_in_the_transcript_as_the_conversational_engine_writes_them() -> None:
    line = TranscriptLine("keys-1", Speaker.CALLER, Kind.KEYS, text="9", settled=True)
    assert as_utterance(line, began_ms=0).text == RecognitionResult(digits="9").text == "(pressed 9)"


def test_every_note_of_the_bridge_is_a_kind_of_event() -> None:
    sources = [path.read_text() for path in (settings.BASE_DIR / "realtime" / "bridge").rglob("*.py")]
    noted = {kind for source in sources for kind in re.findall(r"\bnote\(\s*\"(\w+)\"", source)}
    assert len(noted) > 5
    assert noted <= set(EventKind.values)


@pytest.mark.django_db(transaction=True)
async def test_what_is_said_while_the_database_is_away_stands_in_the_transcript_when_it_is_back(call: Call) -> None:
    records = Recorder(call.pk, began_ms=0)
    first = TranscriptLine("msg-1", Speaker.CALLER, Kind.SPEECH, text="I want", position=1)
    with nothing_taken_in_by_itself():
        with database_away_for_all():
            records.keep(first)
            records.keep(Note("opening_played", 10, {}))
            records.finish()
            await records.run()
            whole = replace(first, text="I want a garden.", settled=True)
            await database_sync_to_async(records._store)([whole])
        assert not await database_sync_to_async(call.turns.exists)()
        await database_sync_to_async(take_in)(seconds=5.0)
    rows = await database_sync_to_async(lambda: list(call.turns.values_list("text", flat=True)))()
    assert rows == ["I want a garden."]
    assert await database_sync_to_async(call.events.filter(kind="opening_played").count)() == 1
