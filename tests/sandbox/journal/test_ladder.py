"""The rows of the diagram."""

import pytest

from sandbox.journal.ladder import APP, CARRIER, MODEL, PERSON, row, rows


def test_a_webhook_is_an_arrow_from_its_request_to_its_answer() -> None:
    line = {"at_ms": 500, "kind": "webhook", "url": "http://app/voice", "method": "POST", "status": 200, "ms": 120}

    made = row(line | {"form": {"SpeechResult": "Hello"}})

    assert (made.source, made.target, made.at, made.until, made.bad) == (CARRIER, APP, 380, 500, False)
    assert made.label == "POST /voice → 200 · 120 ms · SpeechResult Hello"


@pytest.mark.parametrize("status", [0, 404, 500])
def test_a_request_that_failed_is_red(status: int) -> None:
    line = {"at_ms": 500, "kind": "callback", "url": "http://app/status", "method": "POST", "status": status, "ms": 1}

    assert row(line).bad


@pytest.mark.parametrize(
    ("direction", "lanes"),
    [("in", (APP, CARRIER)), ("out", (CARRIER, APP))],
)
def test_messages_of_a_stream_go_both_ways(direction: str, lanes: tuple[int, int]) -> None:
    made = row({"at_ms": 1, "kind": "stream", "direction": direction, "type": "mark", "name": "m1", "stream": "MZ"})

    assert ((made.source, made.target), made.kind, made.label) == (lanes, "mark", "mark · “m1”")


def test_folded_audio_says_how_long_and_how_loud_it_was() -> None:
    line = {"at_ms": 1, "kind": "session", "direction": "in", "type": "input_audio_buffer.append", "session": 1}

    made = row(line | {"count": 50, "ms": 1000, "level_dbfs": -31.2})

    assert (made.source, made.target) == (APP, MODEL)
    assert made.label == "input_audio_buffer.append · 1.0 s · -31 dBFS"


def test_sound_on_the_line_is_a_bar_beside_who_made_it() -> None:
    line = {"at_ms": 100, "kind": "audio", "ms": 900, "start_ms": 0, "end_ms": 900, "level_dbfs": -20.0}

    lanes = [row(line | {"who": who}).source for who in ("person", "app")]

    assert lanes == [PERSON, CARRIER]
    assert (row(line | {"who": "app"}).bar, row(line | {"who": "app"}).until) == (True, 1000)


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "error", "code": 11200, "message": "HTTP retrieval failure"},
        {"kind": "complaint", "source": "openai.chat", "message": "chat", "problem": "unknown field"},
        {"kind": "session", "direction": "out", "type": "error", "error": {"code": "invalid_json"}},
        {"kind": "session_refused", "status": 401},
    ],
)
def test_problems_are_red(line: dict[str, object]) -> None:
    assert row({"at_ms": 3} | line).bad


def test_a_kind_nobody_told_of_is_a_note_with_its_words() -> None:
    assert row({"at_ms": 3, "kind": "answered_by", "verdict": "human", "ms": 4}).label == "answered by human 4"


def test_rows_come_in_the_order_of_their_beginnings() -> None:
    slow = {"at_ms": 900, "kind": "webhook", "url": "http://app/voice", "method": "POST", "status": 200, "ms": 800}

    assert [made.at for made in rows([{"at_ms": 300, "kind": "status", "status": "ringing"}, slow])] == [100, 300]
