"""Floods of small messages folded into lines."""

import base64
from collections.abc import Mapping
from typing import Any

from sandbox.journal.folding import MessageFolder


def piece(ms: int) -> str:
    return base64.b64encode(b"\x10" * 8 * ms).decode()


class Lines:
    def __init__(self) -> None:
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.runs = MessageFolder(lambda direction, data, at: self.told.append((direction, data)))


def test_pieces_of_audio_become_one_line_with_their_time_and_level() -> None:
    lines = Lines()

    for _ in range(50):
        lines.runs.fold("in", "media", audio=piece(20))
    lines.runs.finish()

    ((direction, data),) = lines.told
    assert (direction, data["type"], data["count"], data["ms"]) == ("in", "media", 50, 1000)
    assert -20 < data["level_dbfs"] < 0


def test_pieces_of_text_are_put_together_by_item() -> None:
    lines = Lines()

    for item, text in [("a", "Hel"), ("b", "Bye"), ("a", "lo")]:
        lines.runs.fold("out", "delta", about=item, text=text)
    lines.runs.finish("a")

    assert [(data["item"], data["text"]) for _, data in lines.told] == [("a", "Hello")]


def test_a_message_that_stands_for_itself_is_told_at_once() -> None:
    lines = Lines()

    lines.runs.pass_on("out", "mark", {"name": "m1"})

    assert lines.told == [("out", {"type": "mark", "name": "m1"})]


def test_what_is_not_base64_is_counted_and_does_no_harm() -> None:
    lines = Lines()

    lines.runs.fold("in", "media", audio="%")
    lines.runs.finish()

    assert lines.told[0][1]["count"] == 1
