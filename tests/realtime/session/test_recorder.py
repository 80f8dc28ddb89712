"""Keeping what the bridge records."""

from channels.db import database_sync_to_async

from calls.models import Call
from realtime.bridge.vocabulary.actions import Kind, Note, Speaker, Spent, TranscriptLine
from realtime.session.recorder import Recorder, as_utterance


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
