"""The pieces of a live page: each an element with an id, rendered from the partial the page itself includes.

A piece carries the data it shows, so that whoever keeps the last data per key knows which pieces to send again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

from calls.dashboard.call_view import Board

CALL = "calls/_call.html"


@dataclass(frozen=True, slots=True)
class Piece:
    """One element of a page. Two pieces with equal `state` render to the same markup."""

    key: str
    state: Any
    template: str
    context: dict[str, Any] = field(compare=False)

    def render(self) -> str:
        """The element's markup."""
        return render_to_string(self.template, self.context)


def call_pieces(board: Board) -> Iterator[Piece]:
    """Everything on a call's page that may change."""
    call = board.call
    yield Piece(f"head-{call.pk}", board.head, f"{CALL}#head", {"call": call, "head": board.head})
    if call.is_ended:
        yield Piece(f"end-{call.pk}", True, f"{CALL}#end", {"call": call})
    for line in board.lines:
        yield Piece(line.key, line, f"{CALL}#line", {"call": call, "line": line})
    figures, audio = board.figures, board.audio
    yield Piece(f"empty-{call.pk}", (audio, call.is_ended), f"{CALL}#empty", {"call": call, "audio": audio})
    yield Piece(f"figures-{call.pk}", (figures, call.is_ended), f"{CALL}#figures", {"call": call, "figures": figures})
    yield Piece(f"outcome-{call.pk}", board.outcome, f"{CALL}#outcome", {"call": call, "outcome": board.outcome})
    yield Piece(f"audio-{call.pk}", (audio, call.is_ended), f"{CALL}#audio", {"call": call, "audio": audio})
    yield Piece(f"strip-{call.pk}", figures.strip, f"{CALL}#strip", {"call": call, "figures": figures})
    yield Piece(f"cost-{call.pk}", (board.cost, call.is_ended), f"{CALL}#cost", {"call": call, "cost": board.cost})
