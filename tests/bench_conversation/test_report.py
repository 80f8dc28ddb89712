"""What the bench says of a run."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from math import isnan

from django.utils.timezone import now

from calls.conversational.generation.preemptive_report import Try, tally
from tests.bench_conversation.report import Run, as_json, counts, early_answers, figures, report, summary, verdicts
from tests.bench_conversation.requests import NAIVE, RINGSIDE
from tests.bench_conversation.turns import Kind, Turn

SETTINGS = {"llm_first_token_ms": 350, "llm_tokens_per_second": 100.0}
NOTHING_EARLY = tally([], turns=6, cost=Decimal(0))
MACHINE = {"cores": 2, "load average": 1.25}


def turns(chain: str, *, answered: float, silence: float, count: int = 3, kind: Kind = Kind.COMPARED) -> list[Turn]:
    """So many turns that took the same."""
    turn = Turn(
        chain=chain, kind=kind, answered=answered, silence=silence, written=450.0, rendered=150.0, fetched=answered + 5
    )
    return [turn] * count


def a_run(*, ours: float = 620, theirs: float = 1200, wanted: int = 3) -> Run:
    """A run in which every turn of a chain took the same."""
    mine = turns(RINGSIDE, answered=ours, silence=ours + 1000)
    return Run(
        [*mine, *turns(NAIVE, answered=theirs, silence=theirs + 1000)], [], wanted, SETTINGS, MACHINE, NOTHING_EARLY
    )


def test_a_ratio_is_one_of_the_medians() -> None:
    judged = summary(a_run(ours=600, theirs=1000))
    assert (judged["webhook_to_naive"], judged["silence_to_naive"]) == (0.6, 0.8)


def test_a_budget_that_is_kept_and_one_that_is_not_are_told_apart() -> None:
    webhook, silence, own = verdicts(a_run(ours=620, theirs=1200))
    assert webhook.endswith("0.52 x naive (p50), budget 0.6: holds")
    assert silence.endswith("0.74 x naive (p50), budget 0.6: MISSED")
    assert own.endswith("turn by turn 20 ms are added (p50), at most 30 in 100% of the turns: holds")


def test_what_the_chain_adds_beyond_the_budget_is_a_miss() -> None:
    *_, own = verdicts(a_run(ours=640))
    assert "600 + 30 ms allowed, 640 ms measured" in own
    assert own.endswith("0% of the turns: MISSED")


def test_one_gap_too_long_is_a_miss() -> None:
    *_, kept = verdicts(replace(a_run(), gaps=[60.0, 300.0]))
    *_, missed = verdicts(replace(a_run(), gaps=[60.0, 301.0]))
    assert kept.endswith("300 ms (longest), 0 over 300: holds")
    assert missed.endswith("301 ms (longest), 1 over 300: MISSED")


def test_only_turns_that_compare_are_counted_and_the_others_named() -> None:
    left_out = turns(RINGSIDE, answered=5000, silence=6000, count=2, kind=Kind.TOOLS)
    run = Run([*a_run().turns, *left_out], [], 3, SETTINGS, MACHINE, NOTHING_EARLY)
    assert run.figure(RINGSIDE, "result webhook to TwiML with a sound", 0.95) == 620
    assert counts(run)[0] == "Ringside: 3 turns compared; left out: 2 answered with a tool"
    assert run.is_enough


def test_too_few_turns_are_said_to_be_too_few() -> None:
    run = a_run(wanted=50)
    assert counts(run)[0] == "Ringside: 3 turns compared (fewer than the 50 wanted)"
    assert not run.is_enough


def test_the_settings_stand_beside_the_figures() -> None:
    text = report(a_run())
    assert "llm_first_token_ms 350, llm_tokens_per_second 100\ncores 2, load average 1.25" in text
    assert [len(line) for line in figures(a_run())] == [82] * 10


def test_answers_begun_early_are_told_with_what_they_saved_and_cost() -> None:
    began = now()
    used = Try(began, began + timedelta(seconds=0.6), began + timedelta(seconds=0.9))
    early = tally([used, Try(began, None, None)], turns=2, cost=Decimal("0.0003"))
    assert early_answers(replace(a_run(), early=early)) == [
        "early answers: 2 begun, 1 used, in 50% of 2 turns, sooner by 600 ms (p50), 600 ms (p95); "
        "the unused ones cost 0.000300 USD"
    ]


def test_turns_that_were_not_begun_early_are_judged_apart() -> None:
    late = replace(turns(RINGSIDE, answered=690, silence=1700)[0], asked=45)
    early = replace(late, answered=200, asked=-500)
    rendered_before = replace(late, answered=500)
    run = Run([early, rendered_before, late], [], 3, SETTINGS, MACHINE, tally([], turns=3, cost=Decimal(0)))
    begun = replace(run, early=replace(run.early, begun=2))
    assert verdicts(begun)[-1] == "the same in the 1 turns without a head start: 90 ms are added (p50): MISSED"
    assert len(verdicts(run)) == 3


def test_nothing_is_told_of_early_answers_where_there_are_none() -> None:
    assert early_answers(a_run()) == []


def test_a_run_without_a_turn_claims_nothing() -> None:
    run = Run([], [], 50, SETTINGS, MACHINE, NOTHING_EARLY)
    assert all(isnan(value) for value in summary(run).values())
    assert all(line.endswith("MISSED") for line in verdicts(run))


def test_the_json_has_both_chains_side_by_side() -> None:
    told = as_json(a_run())
    assert told["turns"] == {RINGSIDE: {"compared": 3}, NAIVE: {"compared": 3}}
    assert told["ms"][NAIVE]["caller's last sound to agent's first"] == {"p50": 2200, "p95": 2200}
