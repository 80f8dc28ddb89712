"""Where the carrier goes after a step, and how it listens."""

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from calls.agent.briefing import brief
from calls.conversational import steps
from calls.conversational.directions import Hints, bridge, document, ear, wait
from calls.conversational.steps import Kind
from calls.conversational.turn import Part, Reply, Then
from calls.models import Call, ConversationStep
from tests.calls.conversational.documents import verbs
from tests.people import make_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def call() -> Call:
    return make_call(type="conversational")


def test_the_result_and_partial_results_go_to_the_next_step(call: Call, settings: Settings) -> None:
    listening = ear(call, 3)
    assert f"/webhooks/twilio/gather/{call.pk}/4#" in f"{listening.action}#"
    assert f"/webhooks/twilio/gather/{call.pk}/4/partial" in listening.partial
    settings.EARLY_ANSWERS = False
    assert ear(call, 3).partial == ""


def test_an_opening_is_heard_to_its_end_and_takes_one_key(call: Call) -> None:
    opening, turn = ear(call, 0, opening=True), ear(call, 1)
    assert (opening.barge_in, opening.one_key) == (False, True)
    assert (turn.barge_in, turn.one_key) == (True, False)


def test_the_words_to_expect_are_asked_for_once_per_call(
    call: Call, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hints = Hints()
    assert hints.of(call) == brief(call).hints
    with django_assert_num_queries(0):
        assert hints.of(call)


def test_no_more_calls_than_wanted_are_remembered(call: Call) -> None:
    hints, other = Hints(most=1), make_call(type="conversational")
    first = hints.of(call)
    assert hints.of(other) == brief(other).hints
    assert hints.of(call) == first
    assert hints.of(call) is not first


# --- Where the call goes ---------------------------------------------------------------------------

HELLO, REST = Part("Hello.", "", 1.0), Part("How are you?", "", 2.0)


@pytest.fixture
def step(call: Call) -> ConversationStep:
    """Step 3 of that call."""
    return steps.take(call, 3, Kind.TURN)[0]


def place(document: str) -> str:
    """Where the document redirects to, from the call's id on."""
    return verbs(document)[-1][1].partition("/gather/")[2].partition("/")[2].partition("#")[0]


def test_an_answer_in_the_making_is_asked_for_from_its_next_part_on(step: ConversationStep) -> None:
    known = document(step, [HELLO])
    assert verbs(known)[0] == ("Say", "Hello.")
    assert place(known) == "3/more/1/0"


def test_a_finished_answer_is_followed_by_the_callers_turn(step: ConversationStep) -> None:
    steps.finish(step, [HELLO, REST], Reply(Then.LISTEN))
    assert verbs(document(step, [HELLO, REST], 1)) == [("Gather", ""), ("Say", "How are you?")]


def test_a_last_word_is_followed_by_the_end_or_a_colleague(call: Call, step: ConversationStep) -> None:
    steps.finish(step, [HELLO], Reply(Then.END))
    assert [tag for tag, _ in verbs(document(step, [HELLO]))] == ["Say", "Hangup"]
    other, _ = steps.take(call, 4, Kind.TURN)
    steps.finish(other, [HELLO], Reply(Then.HAND_OVER))
    assert f"/transfer/{call.pk}" in document(other, [HELLO])


def test_a_filler_is_followed_by_the_same_question_one_wait_later(step: ConversationStep) -> None:
    assert place(bridge(step, HELLO, 2, 1)) == "3/more/2/2"


def test_before_an_opening_there_is_a_breath_and_the_same_question(step: ConversationStep) -> None:
    assert verbs(wait(step))[0] == ("Pause", "")
    assert place(wait(step)) == "3"
