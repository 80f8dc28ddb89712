"""What the comparison page shows: a column per call type, the figures in rows, and one honest answer."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calls.comparison.verdict import Showing, Verdict, verdict
from calls.dashboard.call_view import Board, boards
from calls.dashboard.labels import as_cents, as_latency
from calls.dashboard.transcript_lines import ToolLine
from calls.measurement.response_latency import RECORDING
from calls.measurement.validity import measurement_shortfall
from calls.models import CallType, Comparison

Text = Callable[[Board], tuple[str, str]]  # a figure of one call, and a note under it


@dataclass(frozen=True, slots=True)
class Column:
    """One call type and its call."""

    type: str
    label: str
    board: Board


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one call, as text; `best` when it is the best of its row."""

    type: str
    text: str
    note: str = ""
    best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of all calls."""

    label: str
    hint: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ComparisonBoard:
    """The whole page."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    verdict: Verdict
    simulated: bool


def comparison_board(comparison: Comparison, *, at: datetime | None = None) -> ComparisonBoard:
    """The newest call of each type, in the order of the types."""
    calls = comparison.calls.select_related("lead", "placed_by", "comparison").order_by("queued_at", "pk")
    newest = {call.type: call for call in calls}
    shown = dict(zip(newest, boards(list(newest.values()), at=at), strict=True))
    columns = tuple(Column(type_, type_.label, shown[type_]) for type_ in CallType if type_ in shown)
    present = [column.board for column in columns]
    showings = [showing_of(board) for board in present]
    answer = verdict(showings)
    counted = [b for b, s in zip(present, showings, strict=True) if answer.state == "answer" and not s.flaw]
    return ComparisonBoard(
        columns=columns,
        rows=rows_of(present, counted),
        verdict=answer,
        simulated=any(board.call.simulated for board in present),
    )


def showing_of(board: Board) -> Showing:
    """What the verdict looks at."""
    return Showing(
        type=board.call.type,
        label=board.call.get_type_display(),
        is_ended=board.call.is_ended,
        flaw=board.flaw or _shortage(board),
        measuring=board.figures.measuring,
        p50_ms=board.figures.p50_ms,
        cost=None if board.cost.unpriced else board.cost.total,
        booked=any(booking.status == "confirmed" for booking in board.outcome.bookings),
        simulated=board.call.simulated,
    )


def _shortage(board: Board) -> str:
    """Why too little was measured of a call that is over and no longer waited for."""
    figures = board.figures
    if figures.measuring or not board.call.is_ended:
        return ""
    has_recording = board.audio.recording_id is not None
    return measurement_shortfall(
        answers=figures.answers, measured=figures.basis == RECORDING, has_recording=has_recording
    )


def rows_of(boards: Sequence[Board], counted: Sequence[Board]) -> tuple[Row, ...]:
    """The figures, a row each. The best of a row is marked among the `counted` calls alone."""
    where = "on the recording" if _bases(boards) == {RECORDING} else "as the server saw it"
    median, slowest = _latency("p50_ms"), _latency("p95_ms")
    quickest, steadiest, soonest = (_least(counted, name) for name in ("p50_ms", "p95_ms", "greeting_ms"))
    return (
        _row("Answers in, median", f"Caller’s last word to our first, {where}", boards, median, quickest),
        _row("Slowest 5 %", "One answer in twenty is at least this slow", boards, slowest, steadiest),
        _row("First words after", "From pick-up to our first sound", boards, _greeting, soonest),
        _row("Turns", "Lead and agent together", boards, _turns),
        _row("Lead’s share of talk", "Of all speech on the recording", boards, _share),
        _row("Tools used", "Functions the AI called", boards, _tools),
        _row("Appointment", "", boards, _booked),
        _row("Cost", "At list prices; a person’s time is not in it", boards, _cost, _cheapest(counted)),
    )


def _row(label: str, hint: str, boards: Sequence[Board], cell: Text, best: uuid.UUID | None = None) -> Row:
    return Row(label, hint, tuple(Cell(b.call.type, *cell(b), best=b.call.pk == best) for b in boards))


def _least(boards: Sequence[Board], name: str) -> uuid.UUID | None:
    """The call with the least of that figure, when at least two have it and no other has as little."""
    return _first_alone([(getattr(board.figures, name), board.call.pk) for board in boards])


def _cheapest(boards: Sequence[Board]) -> uuid.UUID | None:
    """The AI call that cost least: a person's time has no price here."""
    ai = [board for board in boards if board.call.type != CallType.REGULAR and not board.cost.unpriced]
    return _first_alone([(board.cost.total, board.call.pk) for board in ai])


def _first_alone(figures: Sequence[tuple[Any, uuid.UUID]]) -> uuid.UUID | None:
    ranked = sorted((figure for figure in figures if figure[0] is not None), key=lambda figure: figure[0])
    return ranked[0][1] if len(ranked) > 1 and ranked[0][0] < ranked[1][0] else None


def _bases(boards: Sequence[Board]) -> set[str]:
    return {board.figures.basis for board in boards if board.figures.answers}


def _latency(name: str) -> Text:
    def cell(board: Board) -> tuple[str, str]:
        value = getattr(board.figures, name)
        return as_latency(value), "" if value is not None or not board.call.is_ended else "not measured"

    return cell


def _greeting(board: Board) -> tuple[str, str]:
    """Not of a regular call: its recording begins when the two are connected, which is not the pick-up."""
    if board.call.type == CallType.REGULAR:
        return "–", "recorded only from the connection on"
    return _latency("greeting_ms")(board)


def _turns(board: Board) -> tuple[str, str]:
    interrupted = board.figures.interruptions
    return str(board.figures.turns or "–"), f"{interrupted} interrupted" if interrupted else ""


def _share(board: Board) -> tuple[str, str]:
    share = board.figures.lead_share
    return ("–" if share is None else f"{share * 100:.0f} %"), ""


def _tools(board: Board) -> tuple[str, str]:
    used = [line for line in board.lines if isinstance(line, ToolLine)]
    refused = sum(line.state == "failed" for line in used)
    if board.call.type == CallType.REGULAR:
        return "–", "a person"
    return str(len(used)), f"{refused} refused" if refused else ""


def _booked(board: Board) -> tuple[str, str]:
    if board.outcome.bookings:
        return "Booked", ""
    if board.call.type == CallType.REGULAR:
        return "–", "a person files it"
    return ("No" if board.call.is_ended else "–"), ""


def _cost(board: Board) -> tuple[str, str]:
    cost = board.cost
    note = f"{as_cents(cost.per_minute)} a minute" if cost.per_minute is not None else ""
    return as_cents(cost.total), f"{note}, in part" if cost.unpriced else note
