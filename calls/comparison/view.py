"""The view of a comparison: a column per call type, the figures in rows, and the verdict."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calls.comparison.verdict import ComparedCall, ComparisonVerdict, decide_verdict
from calls.dashboard.call_view import CallView, call_views
from calls.dashboard.labels import as_cents, as_latency
from calls.dashboard.transcript_lines import ToolLine
from calls.measurement.response_latency import RECORDING
from calls.measurement.validity import measurement_shortfall
from calls.models import CallType, Comparison

Text = Callable[[CallView], tuple[str, str]]  # a figure of one call, and a note under it


@dataclass(frozen=True, slots=True)
class Column:
    """One call type and its call."""

    type: str
    label: str
    view: CallView


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one call, as text; `best` when it is the best of its row."""

    type: str
    text: str
    note: str = ""
    best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, for every call."""

    label: str
    hint: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Everything a comparison's page shows."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    verdict: ComparisonVerdict
    simulated: bool


def comparison_view(comparison: Comparison, *, at: datetime | None = None) -> ComparisonView:
    """The view of that comparison: the newest call of each type, in the order of the types."""
    calls = comparison.calls.with_people().order_by("queued_at", "pk")
    newest = {call.type: call for call in calls}
    shown = dict(zip(newest, call_views(list(newest.values()), at=at), strict=True))
    columns = tuple(Column(type_, type_.label, shown[type_]) for type_ in CallType if type_ in shown)
    present = [column.view for column in columns]
    compared = [compared_call(view) for view in present]
    answer = decide_verdict(compared)
    sound = [view for view, call in zip(present, compared, strict=True) if not call.exclusion]
    return ComparisonView(
        columns=columns,
        rows=rows_of(present, sound if answer.state == "answer" else []),
        verdict=answer,
        simulated=any(view.call.simulated for view in present),
    )


def compared_call(view: CallView) -> ComparedCall:
    """The figures of one call that the verdict is based on."""
    return ComparedCall(
        type=view.call.type,
        label=view.call.get_type_display(),
        is_ended=view.call.is_ended,
        exclusion=view.exclusion or _shortage(view),
        measuring=view.figures.measuring,
        p50_ms=view.figures.p50_ms,
        cost=None if view.cost.unpriced else view.cost.total,
        booked=any(booking.status == "confirmed" for booking in view.outcome.bookings),
        simulated=view.call.simulated,
    )


def _shortage(view: CallView) -> str:
    """Why too little was measured of an ended call whose recording is no longer waited for; empty otherwise."""
    figures = view.figures
    if figures.measuring or not view.call.is_ended:
        return ""
    has_recording = view.audio.recording_id is not None
    return measurement_shortfall(
        answers=figures.answers, measured=figures.basis == RECORDING, has_recording=has_recording
    )


def rows_of(views: Sequence[CallView], counted: Sequence[CallView]) -> tuple[Row, ...]:
    """The rows of figures. Only a call among `counted` can be marked as the best of a row."""
    where = "on the recording" if _bases(views) == {RECORDING} else "as the server saw it"
    median, slowest = _latency("p50_ms"), _latency("p95_ms")
    quickest, steadiest, soonest = (_least(counted, name) for name in ("p50_ms", "p95_ms", "greeting_ms"))
    return (
        _row("Answers in, median", f"Caller’s last word to our first, {where}", views, median, quickest),
        _row("Slowest 5 %", "One answer in twenty is at least this slow", views, slowest, steadiest),
        _row("First words after", "From pick-up to our first sound", views, _greeting, soonest),
        _row("Turns", "Lead and agent together", views, _turns),
        _row("Lead’s share of talk", "Of all speech on the recording", views, _share),
        _row("Tools used", "Functions the AI called", views, _tools),
        _row("Appointment", "", views, _booked),
        _row("Cost", "At list prices; a person’s time is not in it", views, _cost, _cheapest(counted)),
    )


def _row(label: str, hint: str, views: Sequence[CallView], cell: Text, best: uuid.UUID | None = None) -> Row:
    return Row(label, hint, tuple(Cell(view.call.type, *cell(view), best=view.call.pk == best) for view in views))


def _least(views: Sequence[CallView], name: str) -> uuid.UUID | None:
    """The call with the least of that figure, when at least two have it and no other has as little."""
    return _first_alone([(getattr(view.figures, name), view.call.pk) for view in views])


def _cheapest(views: Sequence[CallView]) -> uuid.UUID | None:
    """The AI call that cost least: a person's time has no price here."""
    ai = [view for view in views if view.call.type != CallType.REGULAR and not view.cost.unpriced]
    return _first_alone([(view.cost.total, view.call.pk) for view in ai])


def _first_alone(figures: Sequence[tuple[Any, uuid.UUID]]) -> uuid.UUID | None:
    ranked = sorted((figure for figure in figures if figure[0] is not None), key=lambda figure: figure[0])
    return ranked[0][1] if len(ranked) > 1 and ranked[0][0] < ranked[1][0] else None


def _bases(views: Sequence[CallView]) -> set[str]:
    return {view.figures.basis for view in views if view.figures.answers}


def _latency(name: str) -> Text:
    def cell(view: CallView) -> tuple[str, str]:
        value = getattr(view.figures, name)
        return as_latency(value), "" if value is not None or not view.call.is_ended else "not measured"

    return cell


def _greeting(view: CallView) -> tuple[str, str]:
    """Not of a regular call: its recording begins when the two are connected, which is not the pick-up."""
    if view.call.type == CallType.REGULAR:
        return "–", "recorded only from the connection on"
    return _latency("greeting_ms")(view)


def _turns(view: CallView) -> tuple[str, str]:
    interrupted = view.figures.interruptions
    return str(view.figures.turns or "–"), f"{interrupted} interrupted" if interrupted else ""


def _share(view: CallView) -> tuple[str, str]:
    share = view.figures.lead_share
    return ("–" if share is None else f"{share * 100:.0f} %"), ""


def _tools(view: CallView) -> tuple[str, str]:
    used = [line for line in view.lines if isinstance(line, ToolLine)]
    refused = sum(line.state == "failed" for line in used)
    if view.call.type == CallType.REGULAR:
        return "–", "a person"
    return str(len(used)), f"{refused} refused" if refused else ""


def _booked(view: CallView) -> tuple[str, str]:
    if view.outcome.bookings:
        return "Booked", ""
    if view.call.type == CallType.REGULAR:
        return "–", "a person files it"
    return ("No" if view.call.is_ended else "–"), ""


def _cost(view: CallView) -> tuple[str, str]:
    cost = view.cost
    note = f"{as_cents(cost.per_minute)} a minute" if cost.per_minute is not None else ""
    return as_cents(cost.total), f"{note}, in part" if cost.unpriced else note
