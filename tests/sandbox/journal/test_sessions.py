"""The log of a Realtime session."""

import base64
import json

from sandbox.journal.sessions import SessionLog, summary


def test_it_learns_the_sessions_id_and_keeps_samples_of_the_callers_voice():
    log = SessionLog("gpt-realtime")
    audio = {"input": {"format": {"type": "audio/pcmu"}}}
    log.message("out", json.dumps({"type": "session.updated", "session": {"id": "sess_1", "audio": audio}}))
    voice = bytes(range(160))
    log.message("in", json.dumps({"type": "input_audio_buffer.append", "audio": base64.b64encode(voice).decode()}))
    assert (log.id, log.samples) == ("sess_1", [voice])


def test_it_closes_once():
    log = SessionLog()
    log.close(1000, by="app")
    log.close(1011, by="sandbox")
    closes = [event.data for event in log.journal if event.kind == "session_close"]
    assert closes == [{"code": 1000, "by": "app", "reason": ""}]


def test_of_a_message_the_short_fields_are_kept_and_no_sound():
    content = [{"type": "input_audio", "transcript": "Hello there", "audio": "AAAA"}]
    event = {"type": "conversation.item.added", "item": {"id": "item_1", "content": content}}
    assert summary(event) == {"item": {"id": "item_1", "words": "Hello there"}}
