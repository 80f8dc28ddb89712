"""A session's configuration and its updates."""

import pytest

from sandbox.openai.realtime.configuration import default_session, merged, silence_ms, updated
from sandbox.openai.realtime.errors import RealtimeError

SESSION = default_session(session_id="sess_1", model="gpt-realtime", expires_at=0, silence_ms=500)


def test_only_the_given_fields_change():
    new = updated(SESSION, {"type": "realtime", "instructions": "Be brief."}, has_spoken=False)
    assert new == SESSION | {"instructions": "Be brief."}


def test_null_turns_off_what_can_be_off_and_else_changes_nothing():
    assert merged({"tracing": "auto", "voice": "marin"}, {"tracing": None, "voice": None}) == {
        "tracing": None,
        "voice": "marin",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "transcription"}, "invalid_parameter"),
        ({"type": "realtime", "model": "gpt-realtime-mini"}, "cannot_update_model"),
        ({"type": "realtime", "audio": {"output": {"voice": "cedar"}}}, "cannot_update_voice"),
    ],
)
def test_what_cannot_change_is_refused(changes, code):
    with pytest.raises(RealtimeError) as refused:
        updated(SESSION, changes, has_spoken=True)
    assert refused.value.code == code


def test_eagerness_stands_for_a_silence():
    assert silence_ms({"type": "semantic_vad", "eagerness": "low"}) == 1500
    assert silence_ms({"type": "server_vad", "silence_duration_ms": 350}) == 350
