"""What is said to what was heard: stories without rows, clock or thread."""

import pytest

from calls.agent import phrases
from calls.conversational import turn
from calls.conversational.turn import Fallback, Part, Promise, Reply, State, Then, decide, give_way, overdue
from calls.understanding.recognition_results import Verdict

REST = (Part("One is on Orchard Lane.", "abc", 2.0), Part("Which one do you like best?", "", 1.5))
STRIKES = (Verdict.EMPTY, Verdict.UNSURE, Verdict.INVENTED)


# --- Words, keys and noise -------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.KEYPAD])
def test_words_and_keys_go_to_the_model(verdict: Verdict) -> None:
    assert decide(verdict, State()) == Reply(Then.MORE)


def test_doubtful_words_go_to_the_model_with_a_warning() -> None:
    assert decide(Verdict.DOUBTFUL, State()) == Reply(Then.MORE, note=turn.DOUBT)
    assert "Read back" in turn.DOUBT


@pytest.mark.parametrize("strikes", [0, 1, 2, 3])
@pytest.mark.parametrize("verdict", turn.ANSWERED)
def test_who_is_understood_is_answered_whatever_was_before(verdict: Verdict, strikes: int) -> None:
    assert decide(verdict, State(strikes, unheard=REST, failed=True)).then is Then.MORE


@pytest.mark.parametrize("state", [State(), State(strikes=2), State(unheard=REST), State(failed=True)])
def test_a_wish_to_be_left_alone_ends_the_call_with_one_sentence(state: State) -> None:
    assert decide(Verdict.OPT_OUT, state) == Reply(Then.END, (phrases.OPTED_OUT,))


@pytest.mark.parametrize("state", [State(), State(strikes=2), State(unheard=REST), State(failed=True)])
def test_what_may_be_such_a_wish_is_asked_about(state: State) -> None:
    assert decide(Verdict.MAY_OPT_OUT, state) == Reply(Then.LISTEN, (phrases.SURE_TO_STOP,))


@pytest.mark.parametrize("verdict", [Verdict.EMPTY, Verdict.UNSURE])
def test_a_question_nobody_answers_is_asked_again_and_then_the_caller_is_left_alone(verdict: Verdict) -> None:
    for strikes in (0, 1):
        assert decide(verdict, State(strikes, asked_to_stop=True)) == Reply(Then.LISTEN, (phrases.SURE_TO_STOP,))
    assert decide(verdict, State(2, asked_to_stop=True)) == turn.LEFT_ALONE


@pytest.mark.parametrize("verdict", [Verdict.HESITATION, Verdict.INVENTED])
def test_a_sound_into_a_prompt_makes_it_go_on_where_it_was_cut_off(verdict: Verdict) -> None:
    assert decide(verdict, State(unheard=REST)) == Reply(Then.LISTEN, parts=REST)


@pytest.mark.parametrize("verdict", [Verdict.HESITATION, Verdict.INVENTED])
def test_a_sound_into_a_silence_is_listened_through(verdict: Verdict) -> None:
    assert decide(verdict, State()) == Reply(Then.LISTEN)


def test_a_caller_who_thinks_aloud_for_long_is_never_given_up() -> None:
    assert decide(Verdict.HESITATION, State(strikes=5)) == Reply(Then.LISTEN)


# --- Nothing was understood ------------------------------------------------------------------------


@pytest.mark.parametrize("strikes", [0, 1])
def test_silence_and_mumbling_are_asked_about_each_in_its_own_words(strikes: int) -> None:
    assert decide(Verdict.EMPTY, State(strikes)) == Reply(Then.LISTEN, (phrases.NOT_HEARD[strikes],))
    assert decide(Verdict.UNSURE, State(strikes)) == Reply(Then.LISTEN, (phrases.NOT_UNDERSTOOD[strikes],))


def test_after_three_silences_a_person_will_call_back() -> None:
    assert decide(Verdict.EMPTY, State(strikes=2)) == Reply(
        Then.END,
        (phrases.GIVING_UP,),
        fallback=Fallback("hearing", "call_back", "strikes"),
        promise=Promise("the AI could not hear the lead", leaving="not_heard"),
    )


def test_who_speaks_and_is_not_understood_gets_a_colleague_and_else_the_promise() -> None:
    reply = decide(Verdict.UNSURE, State(strikes=2))
    reason = "the AI could not understand the lead"
    assert (reply.then, reply.words, reply.failure) == (Then.HAND_OVER, (phrases.SOMEBODY_ELSE,), reason)
    assert reply.fallback == Fallback("hearing", "colleague", reason)
    assert reply.otherwise == decide(Verdict.EMPTY, State(strikes=2))


def test_noise_in_a_silence_is_a_silence_the_second_time() -> None:
    assert decide(Verdict.INVENTED, State(strikes=1)) == Reply(Then.LISTEN, (phrases.NOT_HEARD[1],))


def test_noise_into_a_prompt_is_a_silence_the_third_time() -> None:
    assert decide(Verdict.INVENTED, State(strikes=1, unheard=REST)) == Reply(Then.LISTEN, parts=REST)
    assert decide(Verdict.INVENTED, State(strikes=2, unheard=REST)).then is Then.END


@pytest.mark.parametrize("verdict", STRIKES)
def test_more_strikes_than_enough_end_the_call_as_enough_do(verdict: Verdict) -> None:
    assert decide(verdict, State(strikes=3)) == decide(verdict, State(strikes=2))


def test_strikes_are_counted_from_the_newest_to_the_last_that_was_understood() -> None:
    assert turn.strikes([]) == 0
    assert turn.strikes(["empty", "unsure", "accepted", "empty"]) == 2
    assert turn.strikes(["hesitation", "empty"]) == 0
    assert turn.strikes(["", "empty"]) == 0


# --- The line comes from elsewhere -----------------------------------------------------------------


def test_who_spoke_last_goes_on_after_another_engine() -> None:
    assert turn.took_over(spoke_last=True) == Reply(Then.LISTEN, (phrases.BACK_AGAIN,))
    assert turn.took_over(spoke_last=False) == Reply(Then.MORE, note=turn.CONTINUED)
    assert "Do not greet" in turn.CONTINUED


def test_fixed_ways_in_say_what_they_are() -> None:
    assert Reply(Then.LISTEN, opening=True) == turn.OPENING
    assert Reply(Then.END, (phrases.PROMISE,)) == turn.PROMISE
    assert Reply(Then.LISTEN, (phrases.BACK_AGAIN,)) == turn.BACK_AGAIN
    assert Reply(Then.LISTEN, (phrases.NOBODY_FREE,)) == turn.NOBODY_FREE


# --- The model failed ------------------------------------------------------------------------------


def test_a_first_failure_is_an_apology() -> None:
    assert give_way("500", permanent=False, state=State()) == Reply(
        Then.LISTEN, (phrases.APOLOGY,), failure="500", fallback=Fallback("model", "apology", "500")
    )


@pytest.mark.parametrize(("permanent", "failed"), [(True, False), (False, True), (True, True)])
def test_a_second_failure_or_one_that_will_not_change_gives_the_call_to_a_person(permanent: bool, failed: bool) -> None:
    reply = give_way("401", permanent=permanent, state=State(failed=failed))
    reason = "the AI failed (401)"
    assert (reply.then, reply.words, reply.failure) == (Then.HAND_OVER, (phrases.SOMEBODY_ELSE,), reason)
    assert reply.fallback == Fallback("model", "colleague", reason)
    assert reply.otherwise == Reply(
        Then.END,
        (phrases.PROMISE,),
        failure="401",
        fallback=Fallback("model", "call_back", "401"),
        promise=Promise(reason, leaving=reason),
    )


def test_a_failure_without_a_code_is_still_one() -> None:
    assert give_way("", permanent=False, state=State()).failure == "failed"
    assert give_way("", permanent=True, state=State()).otherwise.failure == "failed"  # type: ignore[union-attr]


# --- The answer does not come ----------------------------------------------------------------------


def test_a_wait_is_filled_but_not_before_an_opening() -> None:
    assert overdue(stalled=False, opening=False).then is Then.MORE
    assert overdue(stalled=False, opening=True) == Reply(Then.WAIT)


def test_who_finishes_for_a_process_that_died_apologizes_or_opens() -> None:
    assert overdue(stalled=True, opening=False) == turn.apology("stalled")
    assert overdue(stalled=True, opening=True) == turn.OPENING
    assert turn.apology("stalled") == Reply(Then.LISTEN, (phrases.APOLOGY,), failure="stalled")


def test_the_longer_a_wait_the_later_the_filler_and_the_last_one_again() -> None:
    said = [turn.filler(waited) for waited in range(len(phrases.FILLERS) + 2)]
    assert said == [*phrases.FILLERS, phrases.FILLERS[-1], phrases.FILLERS[-1]]
