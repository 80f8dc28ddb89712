"""Deliberate faults in what the conversational engine decides, one line each.

`python -m tests.calls.conversational.mutations` prints which test caught which.
"""

import sys
from pathlib import Path

from tests.mutating import SEARCH, Mutation, Suite, with_imports

PACKAGE = Path("calls/conversational")
TESTS = Path("tests/calls/conversational")
PURE = ("turn", "timing", "barge_in")
SEARCHED = TESTS / "test_turn_properties.py"

MUTATIONS = (
    Mutation(
        "turn", "            return LEFT_ALONE\n", "            return BACK_AGAIN\n", "a wish is argued with", SEARCH
    ),
    Mutation(
        "turn", "            return ASKS_TO_STOP\n", "            return BACK_AGAIN\n", "a doubt is passed over", SEARCH
    ),
    Mutation(
        "turn",
        "return LEFT_ALONE if state.asked_to_stop else _give_up(verdict)",
        "return _give_up(verdict)",
        "a caller who may want no calls is promised one",
    ),
    Mutation(
        "turn",
        "if state.strikes + 1 >= MOST_STRIKES:",
        "if state.strikes >= MOST_STRIKES:",
        "a silent line is held a strike too long",
        SEARCH,
    ),
    Mutation(
        "turn",
        "if state.strikes >= (2 if state.unheard else 1):",
        "if state.strikes >= 99:",
        "noise is listened through for ever",
    ),
    Mutation(
        "turn",
        "return sum(1 for _ in takewhile(",
        "return sum(1 for _ in filter(",
        "strikes long forgiven are counted",
        SEARCH,
    ),
    Mutation(
        "turn",
        "    if not (state.failed or permanent):\n",
        "    if not state.failed:\n",
        "a failure that will not change is forgiven",
        SEARCH,
    ),
    Mutation(
        "turn",
        "    if not (state.failed or permanent):\n",
        "    if not permanent:\n",
        "a model that fails in each turn is forgiven each time",
        SEARCH,
    ),
    Mutation("turn", "        otherwise=otherwise,\n", "", "where nobody can be rung the line is led nowhere", SEARCH),
    Mutation(
        "turn",
        '        promise=Promise("the AI could not hear the lead", leaving="not_heard"),\n',
        "",
        "a caller is given up and nobody calls back",
        SEARCH,
    ),
    Mutation(
        "turn",
        "        promise=Promise(reason, leaving=reason),\n",
        "",
        "a call that failed ends and nobody calls back",
        SEARCH,
    ),
    Mutation(
        "turn",
        "    return Reply(Then.LISTEN, (phrases.APOLOGY,), failure=failure, fallback=fallback)\n",
        "    return Reply(Then.LISTEN, failure=failure, fallback=fallback)\n",
        "a lost answer is met with silence",
        SEARCH,
    ),
    Mutation("turn", "Reply(Then.MORE, note=DOUBT)", "Reply(Then.MORE)", "doubtful words are believed"),
    Mutation(
        "turn",
        "return Reply(Then.LISTEN, parts=state.unheard)  # a sound",
        "return Reply(Then.LISTEN)  # a sound",
        "an um into a prompt ends it",
    ),
    Mutation("turn", "if verdict != Verdict.UNSURE:", "if verdict == Verdict.UNSURE:", "silence rings a colleague"),
    Mutation(
        "turn",
        "return OPENING if opening else apology",
        "return apology",
        "an opening whose process died becomes an apology",
    ),
    Mutation(
        "turn",
        "return Reply(Then.WAIT) if opening else Reply(Then.MORE)",
        "return Reply(Then.MORE)",
        "a filler is said before the opening",
    ),
    Mutation(
        "turn", "BACK_AGAIN if spoke_last else", "BACK_AGAIN if not spoke_last else", "a question goes unanswered"
    ),
    Mutation("turn", "FILLERS[min(waited, ", "FILLERS[min(0, ", "each wait is filled with the same words"),
    Mutation("turn", "prompts[min(state.strikes, ", "prompts[min(0, ", "a silence is asked about in the same words"),
    Mutation("timing", "if self.clock.now() >= until:", "if self.clock.now() > until:", "a wait takes a look too many"),
    Mutation("timing", "            look_again()\n", "", "what another process wrote is never read"),
    Mutation("timing", "self.opening_stalled if opening else self.stalled", "self.stalled", "an opening is waited for"),
    Mutation("timing", "return not said and not permanent and", "return not permanent and", "an answer is said twice"),
    Mutation("timing", "return not said and not permanent and", "return not said and", "a revoked key is tried again"),
    Mutation("timing", "self.lost_aloud if said else self.lost", "self.lost", "an answer begun aloud breaks off"),
    Mutation("barge_in", "playing = max(0.0, after - TO_THE_EAR_SECONDS)", "playing = after", "too much was heard"),
    Mutation("barge_in", "- RECOGNITION_SECONDS - pause -", "- RECOGNITION_SECONDS -", "the pause counts as heard"),
    Mutation("barge_in", "heard, prompt.certain + whole)", "heard, whole)", "what was played before is said again"),
    Mutation("barge_in", "- ALMOST_SECONDS:", "+ ALMOST_SECONDS:", "who speaks at the end cuts something off"),
)

ENGINE = Suite(
    PACKAGE,
    TESTS,
    search=SEARCHED,
    parts=(
        *with_imports(*(PACKAGE / f"{module}.py" for module in PURE)),
        *(TESTS / f"test_{module}.py" for module in PURE),
        SEARCHED,
    ),
    mutations=MUTATIONS,
    environment={"SEARCH_EXAMPLES": "150", "SEARCH_NO_SHRINK": "1"},
    mirrored=True,
)

if __name__ == "__main__":
    sys.exit(ENGINE.main())
