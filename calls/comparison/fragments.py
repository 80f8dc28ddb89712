"""The fragments of a comparison's page that a live page sends anew."""

from collections.abc import Iterator

from calls.comparison.view import ComparisonBoard
from calls.dashboard.fragments import Piece, call_pieces

COMPARISON = "calls/_comparison.html"


def comparison_pieces(board: ComparisonBoard) -> Iterator[Piece]:
    """Everything on a comparison's page that may change."""
    yield Piece("verdict", board.verdict, f"{COMPARISON}#verdict", {"verdict": board.verdict, "board": board})
    yield Piece("rows", board.rows, f"{COMPARISON}#rows", {"board": board})
    for column in board.columns:
        yield from call_pieces(column.board)
