"""What must hold of every conversation, however callers, recognizer, model and colleagues behave: a search."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from calls.agent import phrases
from calls.conversational import turn
from calls.conversational.turn import Part, Reply, State, Then
from calls.understanding.recognition_results import Verdict

EXAMPLES = int(os.environ.get("SEARCH_EXAMPLES", "150"))
PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.target]
PHASES += [] if os.environ.get("SEARCH_NO_SHRINK") else [Phase.shrink]
ENDS = (Then.END, Then.HAND_OVER)
STRIKES = (Verdict.EMPTY, Verdict.UNSURE, Verdict.INVENTED)
NOISE = (Verdict.HESITATION, Verdict.INVENTED)


class Conversation(RuleBasedStateMachine):
    """One call: the rows are lists, the caller and the vendors are the search's."""

    def __init__(self) -> None:
        super().__init__()
        self.verdicts: list[str] = [""]  # the opening heard nothing
        self.silences = 0  # results in a row of which nothing was understood
        self.failures: list[bool] = []  # of the model's answers: whether each was an apology
        self.last = turn.OPENING
        self.prompt: tuple[Part, ...] = ()  # what the last reply said

    def state(self, heard_parts: int) -> State:
        asked = any(part.text == phrases.SURE_TO_STOP for part in self.prompt)
        return State(turn.strikes(reversed(self.verdicts)), self.prompt[heard_parts:], self.failed, asked)

    @property
    def failed(self) -> bool:
        return bool(self.failures) and self.failures[-1]

    @property
    def is_over(self) -> bool:
        return self.last.then in ENDS

    def say(self, reply: Reply) -> None:
        self.last = reply
        words = tuple(Part(text, "", 1.0) for text in reply.words)
        self.prompt = (*reply.parts, *words)

    @precondition(lambda self: self.last.then is Then.LISTEN)
    @rule(verdict=st.sampled_from(Verdict), heard_parts=st.integers(0, 3), colleague=st.booleans())
    def hear(self, verdict: Verdict, heard_parts: int, colleague: bool) -> None:
        before = self.state(heard_parts)
        reply = turn.decide(verdict, before)
        self.verdicts.append(verdict)
        self.silences = self.silences + 1 if verdict in STRIKES else 0
        if reply.then is Then.HAND_OVER:
            reply = self.hand_over(reply, colleague)
        if verdict == Verdict.OPT_OUT:
            assert reply.then is Then.END, "a wish to be left alone was not the last word"
        if verdict == Verdict.MAY_OPT_OUT:
            assert reply.words == (phrases.SURE_TO_STOP,), "what may be a wish was not asked about"
        if before.asked_to_stop and verdict in STRIKES and reply.words:
            assert reply in (turn.ASKS_TO_STOP, turn.LEFT_ALONE), "a caller who may want no calls was promised one"
        if verdict in turn.ANSWERED:
            assert reply.then is Then.MORE, "a caller who was understood was not answered"
        if verdict not in (Verdict.OPT_OUT, *turn.ANSWERED) and reply.then in ENDS:
            assert self.silences >= turn.MOST_STRIKES, "given up before the third strike"
        if verdict in NOISE and reply.parts:
            assert reply.parts == before.unheard, "something else than the rest was said again"
        self.say(reply)

    @precondition(lambda self: self.last.then is Then.MORE)
    @rule()
    def model_answers(self) -> None:
        self.failures.append(False)
        self.say(Reply(Then.LISTEN, parts=(Part("Of course.", "", 1.0), Part("And where?", "", 1.0))))

    @precondition(lambda self: self.last.then is Then.MORE)
    @rule(permanent=st.booleans(), colleague=st.booleans())
    def model_fails(self, permanent: bool, colleague: bool) -> None:
        failed_before = self.failed
        reply = turn.give_way("500", permanent=permanent, state=State(failed=failed_before))
        self.failures.append(True)
        if reply.then is Then.HAND_OVER:
            reply = self.hand_over(reply, colleague)
        assert bool(reply.words), "a failure was met with silence"
        assert (reply.then is Then.LISTEN) == (not permanent and not failed_before), "the wrong failure was forgiven"
        self.say(reply)

    @precondition(lambda self: self.last.then is Then.MORE)
    @rule(waits=st.integers(1, 5), dies=st.booleans())
    def answer_is_late(self, waits: int, dies: bool) -> None:
        fillers = [turn.filler(waited) for waited in range(waits)]
        assert all(filler in phrases.FILLERS for filler in fillers), "a wait was left silent"
        if dies:
            reply = turn.overdue(stalled=True, opening=False)
            assert reply.words, "an answer that was lost was met with silence"
            self.failures.append(True)
            self.say(reply)

    @precondition(lambda self: self.last.then is Then.HAND_OVER)
    @rule()
    def nobody_takes_the_call(self) -> None:
        self.answer_nothing()
        self.say(turn.NOBODY_FREE)

    @precondition(lambda self: self.last.then is Then.LISTEN)
    @rule(spoke_last=st.booleans())
    def line_was_led_away_and_comes_back(self, spoke_last: bool) -> None:
        self.answer_nothing()
        self.say(turn.took_over(spoke_last=spoke_last))

    @precondition(lambda self: self.last.then is Then.END)
    @rule()
    def next_call(self) -> None:
        self.verdicts, self.failures, self.silences = [""], [], 0
        self.say(turn.OPENING)

    def answer_nothing(self) -> None:
        self.verdicts.append("")
        self.silences = 0

    def hand_over(self, reply: Reply, colleague: bool) -> Reply:
        assert reply.words, "the line was led away without a word"
        assert reply.otherwise is not None, "nobody to ring, and nothing else to do"
        assert reply.otherwise.promise is not None, "nobody to ring, and no call back promised"
        return reply if colleague else reply.otherwise

    @invariant()
    def nobody_is_left_in_silence(self) -> None:
        assert self.last.then is not Then.WAIT, "a caller was told to wait in silence"
        if self.is_over:
            assert self.last.words, "the call ended without a word"

    @invariant()
    def a_call_that_ends_for_a_fault_of_ours_promises_a_call_back(self) -> None:
        if self.last.then is Then.END and self.last.words != (phrases.OPTED_OUT,):
            assert self.last.promise is not None, "the call ended without a promise"

    @invariant()
    def silence_ends_in_time(self) -> None:
        assert self.is_over or self.silences < turn.MOST_STRIKES, "a silent line is held for ever"


Conversation.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=25, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck)
)
TestConversation = Conversation.TestCase
