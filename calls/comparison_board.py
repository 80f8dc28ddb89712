"""What the comparison page shows: a column per call type, the figures in rows, and one honest answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet

from calls.board import Board, boards
from calls.models import CallType, Comparison
from leads.models import Lead


@dataclass(frozen=True, slots=True)
class Column:
    """One call type; `board` is None when that type was not part of the comparison."""

    type: str
    label: str
    board: Board | None


@dataclass(frozen=True, slots=True)
class ComparisonBoard:
    """The whole page."""

    columns: tuple[Column, ...]

    @property
    def is_live(self) -> bool:
        """Whether a call is still to come or going on."""
        return any(column.board and not column.board.call.is_ended for column in self.columns)


def comparisons_visible_to(user: User) -> QuerySet[Comparison]:
    """The comparisons of the leads that staff user may open."""
    return Comparison.objects.filter(lead__in=Lead.objects.visible_to(user)).select_related("lead", "placed_by")


def comparison_board(comparison: Comparison) -> ComparisonBoard:
    """The newest call of each type, in the order of the types."""
    calls = comparison.calls.select_related("lead", "placed_by").order_by("queued_at")
    newest = {call.type: call for call in calls}
    shown = dict(zip(newest, boards(list(newest.values())), strict=True))
    return ComparisonBoard(tuple(Column(type_, type_.label, shown.get(type_)) for type_ in CallType))
