"""What a run says: settings, figures, the least there could be, and whether the budgets hold. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from calls.conversational.generation.preemptive_report import Tally
from tests.bench.accounts import percentile
from tests.bench_conversation.requests import NAIVE, RINGSIDE
from tests.bench_conversation.turns import Kind, Turn

OF_NAIVE = 0.6  # Ringside's time to the naive chain's
OWN_MS = 30.0  # what Ringside may add to the vendors' time
GAP_MS = 300.0  # without a sound between two pieces of one answer, at most
WEBHOOK = "result webhook to TwiML with a sound"
SILENCE = "caller's last sound to agent's first"
WRITTEN, RENDERED, OWN = "model: what is said first", "voice: what is said first", "added to model and voice"
MEASURES: Mapping[str, Callable[[Turn], float | None]] = {
    WEBHOOK: lambda turn: turn.answered,
    "result webhook to that sound fetched": lambda turn: turn.fetched,
    SILENCE: lambda turn: turn.silence,
    "of it pause and recognition": lambda turn: turn.understood,
    WRITTEN: lambda turn: turn.written,
    RENDERED: lambda turn: turn.rendered,
    OWN: lambda turn: turn.own,
    "of it before the model is asked": lambda turn: turn.asked,
    "model: the whole answer": lambda turn: turn.whole,
}
NAMES = {RINGSIDE: "Ringside", NAIVE: "naive"}


@dataclass(frozen=True)
class Run:
    """All turns of a run, the gaps (ms) within Ringside's answers, how many turns of each chain were wanted, what the
    figures depend on, and answers begun early."""

    turns: Sequence[Turn]
    gaps: Sequence[float]
    wanted: int
    settings: Mapping[str, float]
    machine: Mapping[str, float]
    early: Tally

    def compared(self, chain: str) -> list[Turn]:
        """The turns of one chain that count."""
        return [turn for turn in self.turns if turn.chain == chain and turn.kind is Kind.COMPARED]

    def figure(self, chain: str, measure: str, share: float) -> float:
        """That measure's percentile in ms; NaN of nothing."""
        found = (MEASURES[measure](turn) for turn in self.compared(chain))
        return percentile([ms for ms in found if ms is not None], share)

    @property
    def is_enough(self) -> bool:
        """Whether both chains have as many turns to compare as were wanted."""
        return min(len(self.compared(chain)) for chain in NAMES) >= self.wanted


def settings(run: Run) -> list[str]:
    """How quick the stand-ins were told to be: every figure is one of these settings."""
    told, machine = (
        ", ".join(f"{name} {value:g}" for name, value in each.items()) for each in (run.settings, run.machine)
    )
    return [f"the sandbox's settings: {told}", machine]


def figures(run: Run) -> list[str]:
    """The table, ms."""
    head = f"{'ms':38}" + "".join(f"{f'{name} p50':>14}{'p95':>8}" for name in NAMES.values())
    return [head, *(_row(run, measure) for measure in MEASURES)]


def counts(run: Run) -> list[str]:
    """How many turns the figures are of, and what was left out."""
    return [f"{name}: {_counted(run, chain)}" for chain, name in NAMES.items()]


def verdicts(run: Run) -> list[str]:
    """The budgets of the chain, each with what was measured."""
    judged = summary(run)
    least, webhook = judged["least_ms"], run.figure(RINGSIDE, WEBHOOK, 0.5)
    own = run.figure(RINGSIDE, OWN, 0.5)
    return [
        _against_naive(run, WEBHOOK, judged["webhook_to_naive"]),
        _against_naive(run, SILENCE, judged["silence_to_naive"]),
        f"first sentence + first sound + {OWN_MS:.0f} ms: {least:.0f} + {OWN_MS:.0f} ms allowed, {webhook:.0f} ms "
        f"measured (p50); turn by turn {own:.0f} ms are added (p50), at most {OWN_MS:.0f} in "
        f"{judged['within_own_ms']:.0%} of the turns: {_holds(own <= OWN_MS)}",
        *_without_head_start(run),
        *_gaps(run),
    ]


def early_answers(run: Run) -> list[str]:
    """What Ringside's answers begun on partial results brought, and cost."""
    early = run.early
    if not early.begun:
        return []
    used = f"{early.begun} begun, {early.used} used, in {early.hit_rate or 0:.0%} of {early.turns} turns"
    saved = f", sooner by {early.saved_ms_p50:.0f} ms (p50), {early.saved_ms_p95:.0f} ms (p95)" if early.used else ""
    unpriced = f", without {', '.join(early.unpriced)}" if early.unpriced else ""
    return [f"early answers: {used}{saved}; the unused ones cost {early.cost:.6f} USD{unpriced}"]


SECTIONS = (settings, counts, figures, early_answers, verdicts)


def report(run: Run) -> str:
    """Everything, for people. A section is a function of the run that gives lines; one that gives none is left out."""
    return "\n\n".join("\n".join(lines) for section in SECTIONS if (lines := section(run)))


def summary(run: Run) -> dict[str, float]:
    """What the budgets are judged by; NaN of nothing."""
    mine = [turn.own for turn in run.compared(RINGSIDE) if turn.own is not None]
    return {
        "webhook_to_naive": _ratio(run, WEBHOOK),
        "silence_to_naive": _ratio(run, SILENCE),
        "least_ms": sum(run.figure(RINGSIDE, part, 0.5) for part in (WRITTEN, RENDERED)),
        "within_own_ms": sum(own <= OWN_MS for own in mine) / len(mine) if mine else float("nan"),
    }


def as_json(run: Run) -> dict[str, Any]:
    """The same as JSON: "turns" by chain and kind, "ms" by chain, measure and percentile."""
    return {
        "settings": dict(run.settings),
        "machine": dict(run.machine),
        "wanted": run.wanted,
        "turns": {chain: dict(Counter(t.kind.value for t in run.turns if t.chain == chain)) for chain in NAMES},
        "ms": {
            chain: {
                measure: {f"p{round(100 * share)}": run.figure(chain, measure, share) for share in (0.5, 0.95)}
                for measure in MEASURES
            }
            for chain in NAMES
        },
        "early_answers": asdict(run.early) | {"hit_rate": run.early.hit_rate, "cost": str(run.early.cost)},
        "gaps_ms": list(run.gaps),
        "summary": summary(run),
    }


def _row(run: Run, measure: str) -> str:
    cells = (f"{run.figure(chain, measure, 0.5):>14.0f}{run.figure(chain, measure, 0.95):>8.0f}" for chain in NAMES)
    return f"{measure:38}" + "".join(cells)


def _counted(run: Run, chain: str) -> str:
    kinds = Counter(turn.kind for turn in run.turns if turn.chain == chain)
    compared = kinds.pop(Kind.COMPARED, 0)
    few = f" (fewer than the {run.wanted} wanted)" if compared < run.wanted else ""
    left_out = "; left out: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) if kinds else ""
    return f"{compared} turns compared{few}{left_out}"


def _ratio(run: Run, measure: str) -> float:
    mine, theirs = (run.figure(chain, measure, 0.5) for chain in (RINGSIDE, NAIVE))
    return mine / theirs if theirs else float("nan")


def _against_naive(run: Run, measure: str, ratio: float) -> str:
    return f"{measure}: {ratio:.2f} x naive (p50), budget {OF_NAIVE}: {_holds(ratio <= OF_NAIVE)}"


def _without_head_start(run: Run) -> list[str]:
    """The last budget again, of the turns in which neither words nor sound were begun before the result came."""
    turns = [turn for turn in run.compared(RINGSIDE) if turn.asked is not None and turn.asked >= 0]
    added = [turn.own for turn in turns if turn.own is not None and turn.own >= 0]
    if not run.early.begun or not added:
        return []
    own, count = percentile(added, 0.5), len(added)
    return [
        f"the same in the {count} turns without a head start: {own:.0f} ms are added (p50): {_holds(own <= OWN_MS)}"
    ]


def _gaps(run: Run) -> list[str]:
    """The budget of what lies between the pieces of one answer."""
    if not run.gaps:
        return []
    p50, p95, longest = (percentile(list(run.gaps), share) for share in (0.5, 0.95, 1.0))
    over = sum(gap > GAP_MS for gap in run.gaps)
    return [
        f"between two pieces of one answer ({len(run.gaps)}): {p50:.0f} ms (p50), {p95:.0f} ms (p95), {longest:.0f} ms "
        f"(longest), {over} over {GAP_MS:.0f}: {_holds(not over)}"
    ]


def _holds(kept: bool) -> str:
    return "holds" if kept else "MISSED"
