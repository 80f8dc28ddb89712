"""The verdict of a comparison: which type of call did better, and how far that can be trusted.

One call of each type is an impression, so the verdict says what happened, never what will. A call counts only when it
is valid for its type (`calls/measurement/validity.py`), and there is no verdict before every call that may count has
been measured on its recording. One is faster only when it is clearly so (by a fifth, and by a tenth of a second). A
person's time has no price here and their bookings are not seen here, so a regular call is compared for speed alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from calls.models import CallType

CLEAR_SHARE = 0.8
CLEAR_MS = 100
CLEAR_COST = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class ComparedCall:
    """The figures of one call. `exclusion` says why it does not count; `measuring` that its recording is still awaited.

    `p50_ms` is as measured on the recording; `cost` is None when it is not known in full.
    """

    type: str
    label: str
    is_ended: bool
    exclusion: str
    measuring: bool
    p50_ms: int | None
    cost: Decimal | None
    booked: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class ComparisonVerdict:
    """The answer, its caution, and the types that won. `state` is wait, short (too few calls count) or answer.

    `left_out` says of each call that does not count why not.
    """

    state: str
    answer: str
    caution: str
    left_out: tuple[str, ...] = ()
    fastest: str = ""
    cheapest: str = ""


def decide_verdict(compared: Sequence[ComparedCall]) -> ComparisonVerdict:
    """The verdict on these calls."""
    over = sum(call.is_ended for call in compared)
    if not compared or over < len(compared):
        return ComparisonVerdict("wait", "Too early to say.", f"{over} of {len(compared)} calls are over.")
    left_out = tuple(f"{call.label} does not count: {call.exclusion}." for call in compared if call.exclusion)
    sound = [call for call in compared if not call.exclusion]
    measuring = sum(call.measuring for call in sound)
    if measuring:
        return ComparisonVerdict("wait", "Still measuring.", _still(measuring), left_out)
    if len(sound) < 2:
        return ComparisonVerdict("short", "Not enough to compare.", _too_few(sound), left_out)
    quick, cheap = fastest(sound), cheapest(sound)
    return ComparisonVerdict(
        "answer",
        _answer(sound, quick, cheap),
        _caution(sound),
        left_out,
        quick.type if quick else "",
        cheap.type if cheap else "",
    )


def fastest(held: Sequence[ComparedCall]) -> ComparedCall | None:
    """The call that answers clearly faster than every other; None when there is none."""
    timed = [(s.p50_ms, s) for s in held if s.p50_ms is not None]
    if len(timed) < 2:
        return None
    timed.sort(key=lambda pair: pair[0])
    (best_ms, best), (next_ms, _) = timed[0], timed[1]
    return best if best_ms <= next_ms * CLEAR_SHARE and next_ms - best_ms >= CLEAR_MS else None


def cheapest(held: Sequence[ComparedCall]) -> ComparedCall | None:
    """The AI call that clearly cost least; None when there are not two with a full price."""
    priced = [(s.cost, s) for s in held if s.cost is not None and s.type != CallType.REGULAR]
    if len(priced) < 2:
        return None
    priced.sort(key=lambda pair: pair[0])
    (best_cost, best), (next_cost, _) = priced[0], priced[1]
    return best if best_cost <= next_cost * CLEAR_COST else None


def _answer(held: Sequence[ComparedCall], quick: ComparedCall | None, cheap: ComparedCall | None) -> str:
    """The answer in words: the choice between the AI calls, after the regular one when that was the fastest."""
    ai = [call for call in held if call.type != CallType.REGULAR]
    if len(ai) < 2:
        return f"{quick.label}: it answered fastest." if quick else "No clear difference."
    choice = _choice(ai, fastest(ai), cheap)
    if quick and quick.type == CallType.REGULAR:
        return f"Regular is fastest. Of the AI calls, {choice.lower()}." if choice else "Regular: it answered fastest."
    if not choice:
        return "No clear difference."
    beats_all = quick is not None or len(ai) == len(held)
    return f"{choice}." if beats_all else f"Of the AI calls, {choice.lower()}."


def _choice(ai: Sequence[ComparedCall], quick: ComparedCall | None, cheap: ComparedCall | None) -> str:
    booked = [call for call in ai if call.booked]
    if len(booked) == 1:
        return f"{booked[0].label}: the only one that booked"
    if quick and quick == cheap:
        return f"{quick.label}: faster and cheaper"
    if quick and cheap:
        return f"{quick.label} if speed matters, {cheap.label.lower()} if cost does"
    if quick:
        return f"{quick.label}: faster"
    return f"{cheap.label}: cheaper" if cheap else ""


def _caution(held: Sequence[ComparedCall]) -> str:
    said = "One call each: an impression, not proof."
    if any(call.simulated for call in held):
        said += " Simulated calls exercise the machinery; their figures are no vendor’s."
    return said


def _still(measuring: int) -> str:
    what = "One recording is" if measuring == 1 else f"{measuring} recordings are"
    return f"{what} still to be measured; the answer follows."


def _too_few(held: Sequence[ComparedCall]) -> str:
    return f"Only the {held[0].label.lower()} call counts." if held else "No call counts."
