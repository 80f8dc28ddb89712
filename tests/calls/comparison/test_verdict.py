"""Which way should I call? What may be claimed from which calls."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from calls.comparison.verdict import ComparedCall, cheapest, decide_verdict, fastest

REGULAR = ComparedCall("regular", "Regular", True, "", False, 900, Decimal("0.03"), False, False)
CHAIN = replace(REGULAR, type="conversational", label="Conversational", p50_ms=1900, cost=Decimal("0.05"), booked=True)
VOICE = replace(REGULAR, type="realtime", label="Realtime", p50_ms=620, cost=Decimal("0.12"), booked=True)


def test_nothing_is_claimed_while_a_call_runs() -> None:
    found = decide_verdict([REGULAR, CHAIN, replace(VOICE, is_ended=False)])
    assert (found.state, found.caution) == ("wait", "2 of 3 calls are over.")


def test_nothing_is_claimed_before_every_call_that_may_count_is_measured() -> None:
    found = decide_verdict([replace(REGULAR, measuring=True), CHAIN, VOICE])
    assert (found.state, found.answer) == ("wait", "Still measuring.")
    assert found.caution == "One recording is still to be measured; the answer follows."


def test_a_call_that_cannot_count_is_not_waited_for() -> None:
    found = decide_verdict([replace(REGULAR, measuring=True, exclusion="staff ended it"), CHAIN, VOICE])
    assert found.state == "answer"
    assert found.left_out == ("Regular does not count: staff ended it.",)


def test_one_call_that_counts_is_not_enough_to_compare_and_the_others_say_why() -> None:
    found = decide_verdict(
        [replace(REGULAR, exclusion="it was not completed (busy)"), replace(CHAIN, exclusion="staff ended it"), VOICE]
    )
    assert (found.state, found.answer) == ("short", "Not enough to compare.")
    assert found.caution == "Only the realtime call counts."
    assert found.left_out == (
        "Regular does not count: it was not completed (busy).",
        "Conversational does not count: staff ended it.",
    )


def test_no_call_that_counts_is_said() -> None:
    assert decide_verdict([replace(VOICE, exclusion="staff ended it")]).caution == "No call counts."


def test_speed_and_cost_may_name_two_winners() -> None:
    found = decide_verdict([REGULAR, CHAIN, VOICE])
    assert found.answer == "Realtime if speed matters, conversational if cost does."
    assert (found.fastest, found.cheapest) == ("realtime", "conversational")


def test_one_call_may_win_both() -> None:
    found = decide_verdict([REGULAR, CHAIN, replace(VOICE, cost=Decimal("0.01"))])
    assert found.answer == "Realtime: faster and cheaper."


def test_an_ai_that_is_not_clearly_faster_than_a_person_is_named_the_better_of_the_ais() -> None:
    close = replace(REGULAR, p50_ms=700)
    found = decide_verdict([close, CHAIN, replace(VOICE, cost=Decimal("0.01"))])
    assert found.answer == "Of the AI calls, realtime: faster and cheaper."


def test_the_only_one_that_booked_wins() -> None:
    found = decide_verdict([REGULAR, replace(CHAIN, booked=False), VOICE])
    assert found.answer == "Realtime: the only one that booked."


def test_a_person_who_is_fastest_leaves_the_choice_between_the_ais_open() -> None:
    quick = replace(REGULAR, p50_ms=300)
    found = decide_verdict([quick, CHAIN, VOICE])
    assert (
        found.answer == "Regular is fastest. Of the AI calls, realtime if speed matters, conversational if cost does."
    )
    same = [replace(one, p50_ms=1900, cost=Decimal("0.05")) for one in (CHAIN, VOICE)]
    assert decide_verdict([quick, *same]).answer == "Regular: it answered fastest."


def test_a_person_and_one_ai_are_compared_by_speed_alone() -> None:
    assert decide_verdict([REGULAR, VOICE]).answer == "Realtime: it answered fastest."
    assert decide_verdict([REGULAR, replace(VOICE, p50_ms=890)]).answer == "No clear difference."


def test_a_small_lead_in_speed_is_no_lead() -> None:
    assert fastest([REGULAR, replace(VOICE, p50_ms=850)]) is None
    assert fastest([replace(REGULAR, p50_ms=90), replace(VOICE, p50_ms=40)]) is None


def test_a_persons_call_takes_no_part_in_the_question_of_cost() -> None:
    found = cheapest([REGULAR, CHAIN, VOICE])
    assert found is not None
    assert found.type == "conversational"


def test_a_call_without_a_full_price_is_not_called_cheap() -> None:
    assert cheapest([replace(CHAIN, cost=None), VOICE]) is None


def test_calls_that_do_not_differ_are_said_not_to() -> None:
    same = [replace(one, p50_ms=700, cost=Decimal("0.05"), booked=True) for one in (REGULAR, CHAIN, VOICE)]
    assert decide_verdict(same).answer == "No clear difference."


def test_cost_alone_may_decide() -> None:
    level = [replace(one, p50_ms=700, booked=True) for one in (REGULAR, CHAIN, VOICE)]
    assert decide_verdict(level).answer == "Of the AI calls, conversational: cheaper."


def test_simulated_calls_are_no_vendors_figures() -> None:
    assert "Simulated" in decide_verdict([replace(CHAIN, simulated=True), VOICE]).caution


compared = st.builds(
    ComparedCall,
    type=st.sampled_from(["regular", "conversational", "realtime"]),
    label=st.sampled_from(["Regular", "Conversational", "Realtime"]),
    is_ended=st.booleans(),
    exclusion=st.sampled_from(["", "staff ended it"]),
    measuring=st.booleans(),
    p50_ms=st.none() | st.integers(0, 9000),
    cost=st.none() | st.decimals(0, 2, places=3),
    booked=st.booleans(),
    simulated=st.booleans(),
)


@given(st.lists(compared, max_size=3))
def test_whatever_the_calls_there_is_one_sentence_and_its_caution(calls: list[ComparedCall]) -> None:
    found = decide_verdict(calls)
    assert found.answer.endswith(".")
    assert found.caution
    assert found.state == "answer" or not (found.fastest or found.cheapest)
