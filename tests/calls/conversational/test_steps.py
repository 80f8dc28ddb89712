"""The rows of the engine: what two webhooks that know nothing of each other make of one step."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from calls.conversational import steps
from calls.conversational.steps import Kind, finish, grow, publish
from calls.conversational.timing import TIMING, Clock, Timing
from calls.conversational.turn import Part, Reply, State, Then
from calls.models import Call, ConversationStep, Transfer
from tests.people import make_call, make_staff

pytestmark = pytest.mark.django_db
HELLO, REST = Part("Hello.", "", 1.0), Part("How are you?", "", 2.0)
LISTEN = Reply(Then.LISTEN)


@pytest.fixture
def call() -> Call:
    return make_call(type="conversational")


def step_of(call: Call) -> ConversationStep:
    """That step, as another webhook has read it."""
    return ConversationStep.objects.select_related("call").get_or_create(call=call, number=1)[0]


# --- Taking a step ---------------------------------------------------------------------------------


def test_a_step_is_taken_once(call: Call) -> None:
    first, mine = steps.take(call, 1, Kind.TURN, verdict="accepted", heard="Hello")
    again, too = steps.take(call, 1, Kind.TURN, verdict="empty")
    assert (mine, too, again.pk, again.heard) == (True, False, first.pk, "Hello")


def test_the_next_step_is_taken_once_per_kind_and_what_it_belongs_to(call: Call) -> None:
    steps.take(call, 0, Kind.OPENING)
    first, mine = steps.take_next(call, Kind.RETURNED, returned_after=0)
    again, too = steps.take_next(call, Kind.RETURNED, returned_after=0)
    later, new = steps.take_next(call, Kind.RETURNED, returned_after=1)
    assert [(first.number, mine), (again.number, too), (later.number, new)] == [(1, True), (1, False), (2, True)]


def test_a_line_that_comes_back_gets_a_step_of_its_own_after_each_turn(call: Call) -> None:
    colleague = make_staff("omar")
    transfer = Transfer.objects.create(call=call, reason="request", colleague=colleague, phone="+15125550100")
    resumed, _ = steps.take_line(call, Kind.RESUMED, transfer)
    assert steps.take_line(call, Kind.RESUMED, transfer) == (resumed, False)
    steps.take(call, 1, Kind.TURN, verdict="accepted")
    returned, mine = steps.take_line(call, Kind.RESUMED, transfer)
    assert (returned.kind, returned.returned_after, mine) == (Kind.RETURNED, 1, True)
    assert steps.take_line(call, Kind.TAKEOVER)[0].kind == Kind.TAKEOVER
    assert steps.take_line(call, Kind.RESUMED, transfer)[0].returned_after == 3


# --- Its answer grows and is finished once ---------------------------------------------------------


def test_an_answer_grows_until_it_is_finished_and_no_further(call: Call) -> None:
    step = step_of(call)
    assert grow(step, [HELLO])
    answered_at = step.answered_at
    assert finish(step, [HELLO, REST], Reply(Then.END, failure="x" * 50))
    assert not grow(step_of(call), [HELLO])
    assert not finish(step_of(call), [], LISTEN)
    kept = step_of(call)
    assert steps.parts_of(kept) == (HELLO, REST)
    assert (kept.answered_at, kept.ends_call, kept.hands_over, kept.failure) == (answered_at, True, False, "x" * 40)


@pytest.mark.parametrize("then", [Then.LISTEN, Then.END, Then.HAND_OVER])
def test_a_finished_step_says_what_follows(call: Call, then: Then) -> None:
    finish(step_of(call), [HELLO], Reply(then))
    kept = step_of(call)
    assert (kept.ends_call, kept.hands_over) == (then is Then.END, then is Then.HAND_OVER)


def test_an_answer_without_a_word_was_never_spoken(call: Call) -> None:
    finish(step_of(call), [], LISTEN)
    assert step_of(call).answered_at is None


# --- Its documents ---------------------------------------------------------------------------------


def test_of_two_documents_for_one_step_the_first_counts(call: Call) -> None:
    one, other = step_of(call), step_of(call)
    assert publish(one, "<first/>") == ("<first/>", True)
    assert publish(other, "<second/>") == ("<first/>", False)


def test_of_two_documents_for_one_webhook_the_first_counts(call: Call) -> None:
    one, other = step_of(call), step_of(call)
    assert publish(one, "<first/>", "1/0") == ("<first/>", True)
    assert publish(other, "<second/>", "1/0") == ("<first/>", False)


def test_documents_for_different_parts_are_kept_side_by_side(call: Call) -> None:
    one, other = step_of(call), step_of(call)
    publish(one, "<first/>", "1/0")
    publish(other, "<second/>", "2/0")
    assert step_of(call).more == {"1/0": "<first/>", "2/0": "<second/>"}


@pytest.mark.parametrize("place", ["", "2/0"])
def test_the_document_that_listens_says_when_and_from_which_part(call: Call, place: str) -> None:
    step = step_of(call)
    publish(step, "<more/>", "1/0", listens_from=1)
    assert step_of(call).listens_at is None
    finish(step, [HELLO, REST], LISTEN)
    publish(step, "<listens/>", place, listens_from=2)
    publish(step_of(call), "<again/>", place, listens_from=0)
    publish(step_of(call), "<later/>", "9/9", listens_from=9)
    kept = step_of(call)
    assert kept.listens_at is not None
    assert kept.listens_from == 2


@pytest.mark.parametrize("then", [Then.END, Then.HAND_OVER])
def test_after_a_last_word_nobody_listens(call: Call, then: Then) -> None:
    step = step_of(call)
    finish(step, [HELLO], Reply(then))
    publish(step, "<over/>")
    publish(step, "<over/>", "1/0")
    assert step_of(call).listens_at is None


# --- Waiting for it --------------------------------------------------------------------------------


def test_a_row_is_looked_at_until_another_process_has_written_it(call: Call) -> None:
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds
        if passed[0] > 1.0:
            publish(step_of(call), "<there/>")

    timing = Timing(clock=Clock(lambda: passed[0], sleep))
    step = step_of(call)
    assert steps.wait_for(step, lambda row: bool(row.twiml), seconds=2.5, timing=timing)
    assert (step.twiml, 1.0 < passed[0] < 1.1) == ("<there/>", True)


@pytest.mark.parametrize(
    ("kind", "seconds", "stalled"),
    [(Kind.TURN, 19, False), (Kind.TURN, 21, True), (Kind.OPENING, 7, True), (Kind.OPENING_AGAIN, 5, False)],
)
def test_an_answer_that_takes_too_long_has_no_maker_any_more(
    call: Call, kind: Kind, seconds: int, stalled: bool
) -> None:
    step, _ = steps.take(call, 1, kind, received_at=now() - timedelta(seconds=seconds))
    assert steps.is_stalled(step) == stalled
    finish(step, [], LISTEN)
    assert not steps.is_stalled(step)


def test_only_open_steps_of_ended_calls_are_abandoned(call: Call) -> None:
    long_ago = now() - timedelta(seconds=TIMING.stalled + 1)
    step, _ = steps.take(call, 1, Kind.TURN, received_at=long_ago)
    assert steps.abandoned(now()) == []
    Call.objects.filter(pk=call.pk).update(status="completed", ended_at=now())
    assert steps.abandoned(now()) == [step]
    finish(step, [], LISTEN)
    assert steps.abandoned(now()) == []


# --- What was before it ----------------------------------------------------------------------------


def state_before(step: ConversationStep) -> State:
    return steps.before(step, typed=False)[0]


def test_strikes_are_counted_up_to_the_last_words_understood(call: Call) -> None:
    for number, verdict in enumerate(["empty", "accepted", "unsure", "invented"]):
        steps.take(call, number, Kind.TURN, verdict=verdict)
    assert state_before(steps.take(call, 4, Kind.TURN, verdict="empty")[0]) == State(strikes=2)


def test_who_is_understood_has_no_strikes_to_count(call: Call) -> None:
    steps.take(call, 0, Kind.TURN, verdict="empty")
    assert state_before(steps.take(call, 1, Kind.TURN, verdict="accepted")[0]) == State()


def test_a_step_that_heard_nothing_forgives_the_strikes(call: Call) -> None:
    steps.take(call, 0, Kind.TURN, verdict="empty")
    steps.take(call, 1, Kind.TAKEOVER)
    assert state_before(steps.take(call, 2, Kind.TURN, verdict="empty")[0]) == State()


def test_the_models_last_answer_is_looked_at_not_what_was_asked_again_since(call: Call) -> None:
    step, _ = steps.take(call, 0, Kind.TURN, verdict="accepted")
    finish(step, [HELLO], Reply(Then.LISTEN, failure="500"))
    finish(steps.take(call, 1, Kind.TURN, verdict="empty")[0], [HELLO], LISTEN)
    last, _ = steps.take(call, 2, Kind.TURN, verdict="accepted")
    assert steps.failed_before(last)
    finish(last, [HELLO], LISTEN)
    assert not steps.failed_before(steps.take(call, 3, Kind.TURN, verdict="accepted")[0])


def prompted(call: Call, kind: Kind = Kind.TURN) -> None:
    """A prompt of four and eight seconds went out eight seconds ago."""
    step, _ = steps.take(call, 0, kind)
    finish(step, [Part("Two homes fit.", "", 4.0), Part("Which one do you like best?", "", 8.0)], LISTEN)
    publish(step, "<listens/>")
    call.steps.update(listens_at=now() - timedelta(seconds=8))


def test_of_a_prompt_talked_into_the_parts_not_heard_to_their_end_are_left(call: Call) -> None:
    prompted(call)
    state, cut = steps.before(steps.take(call, 1, Kind.TURN, verdict="hesitation", heard="Um")[0], typed=False)
    assert [part.text for part in state.unheard] == ["Which one do you like best?"]
    assert cut is not None
    assert cut.heard.startswith("Two homes fit. Which")


@pytest.mark.parametrize(("heard", "typed"), [("", False), ("(pressed 3)", True)])
def test_silence_and_keys_cut_nothing_off(call: Call, heard: str, typed: bool) -> None:
    prompted(call)
    step, _ = steps.take(call, 1, Kind.TURN, verdict="keypad", heard=heard)
    assert steps.before(step, typed=typed) == (State(), None)


@pytest.mark.parametrize("kind", [Kind.OPENING, Kind.OPENING_AGAIN])
def test_an_opening_is_no_prompt_to_talk_into(call: Call, kind: Kind) -> None:
    prompted(call, kind)
    step, _ = steps.take(call, 1, Kind.TURN, verdict="accepted", heard="Hello")
    assert steps.before(step, typed=False) == (State(), None)


def test_only_what_has_gone_out_can_be_talked_into(call: Call) -> None:
    prompted(call)
    call.steps.update(listens_at=None)
    step, _ = steps.take(call, 1, Kind.TURN, verdict="accepted", heard="Hello")
    assert steps.before(step, typed=False) == (State(), None)
