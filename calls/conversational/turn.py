"""What a step says and where it goes next, from what was heard and a few facts of the conversation. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from itertools import takewhile

from calls.agent import phrases
from calls.understanding.recognition_results import Verdict

MOST_STRIKES = 3
ANSWERED = (Verdict.ACCEPTED, Verdict.DOUBTFUL, Verdict.KEYPAD)  # by the model
DOUBT = (
    "The recognizer was not sure of the caller's next words. Read back what matters in them and ask whether you got "
    "it right before you save, search or book anything on them."
)
CONTINUED = (
    "The line was interrupted for a moment, in the middle of the conversation. Do not greet or introduce yourself "
    "again; go on with the thought."
)


@dataclass(frozen=True, slots=True)
class Part:
    """One spoken piece of an answer. No digest: the carrier's own voice says it. `seconds` is then estimated."""

    text: str
    digest: str
    seconds: float


class Then(Enum):
    """What follows once the words of a reply are spoken."""

    LISTEN = auto()
    MORE = auto()  # the model writes the answer; its rest is fetched while its beginning plays
    END = auto()
    HAND_OVER = auto()  # a colleague is rung
    WAIT = auto()  # nothing may be said yet: ask again in a breath


@dataclass(frozen=True, slots=True)
class Fallback:
    """For the call's log: what failed, what took its place, and why."""

    part: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A person calls back: why, as the staff's task says it, and why the engine leaves the line."""

    task: str
    leaving: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a step says, what follows, and what is noted about it.

    Said in this order: the call's `opening`, `parts` that are rendered already, then `words`. `note` tells the model
    something about the caller's last words. `otherwise` takes the place of a reply that hands over when nobody can be
    rung; without it somebody has been asked already.
    """

    then: Then
    words: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    opening: bool = False
    note: str = ""
    failure: str = ""
    fallback: Fallback | None = None
    promise: Promise | None = None
    otherwise: "Reply | None" = None


@dataclass(frozen=True, slots=True)
class State:
    """The conversation before a step, as far as its reply depends on it.

    `strikes` in a row understood nothing; of our last prompt the caller talked into, the `unheard` parts are left.
    `failed`: the model's last answer was an apology already. `asked_to_stop`: our last words asked whether the caller
    wants no more calls.
    """

    strikes: int = 0
    unheard: tuple[Part, ...] = ()
    failed: bool = False
    asked_to_stop: bool = False


OPENING = Reply(Then.LISTEN, opening=True)
LEFT_ALONE = Reply(Then.END, (phrases.OPTED_OUT,))  # nobody who said stop is argued with or called again
ASKS_TO_STOP = Reply(Then.LISTEN, (phrases.SURE_TO_STOP,))
PROMISE = Reply(Then.END, (phrases.PROMISE,))
BACK_AGAIN = Reply(Then.LISTEN, (phrases.BACK_AGAIN,))
NOBODY_FREE = Reply(Then.LISTEN, (phrases.NOBODY_FREE,))


def decide(verdict: Verdict, state: State) -> Reply:
    """The reply to something heard, by how it was taken."""
    match verdict:
        case Verdict.OPT_OUT:
            return LEFT_ALONE
        case Verdict.MAY_OPT_OUT:
            return ASKS_TO_STOP
        case Verdict.EMPTY:
            return _ask_again(state, phrases.NOT_HEARD, verdict)
        case Verdict.UNSURE:
            return _ask_again(state, phrases.NOT_UNDERSTOOD, verdict)
        case Verdict.HESITATION:
            return Reply(Then.LISTEN, parts=state.unheard)  # a sound made while thinking is no reason to leave off
        case Verdict.INVENTED:
            return _listen_on(state)
        case Verdict.DOUBTFUL:
            return Reply(Then.MORE, note=DOUBT)
        case _:  # accepted words, or keys
            return Reply(Then.MORE)


def took_over(*, spoke_last: bool) -> Reply:
    """The first words after another engine held the line; where the agent spoke last, the caller goes on."""
    return BACK_AGAIN if spoke_last else Reply(Then.MORE, note=CONTINUED)


def give_way(code: str, *, permanent: bool, state: State) -> Reply:
    """The reply of a model that failed: an apology the first time.

    A second failure in a row, or one that will not change, gives the call to a person; where nobody can be rung, the
    promise that one calls back ends it.
    """
    if not (state.failed or permanent):
        return apology(code or "failed", Fallback("model", "apology", code))
    reason = f"the AI failed ({code})"
    promise = Reply(
        Then.END,
        (phrases.PROMISE,),
        failure=code or "failed",
        fallback=Fallback("model", "call_back", code),
        promise=Promise(reason, leaving=reason),
    )
    return _colleague("model", reason, otherwise=promise)


def apology(failure: str, fallback: Fallback | None = None) -> Reply:
    """The reply to a caller whose answer was lost."""
    return Reply(Then.LISTEN, (phrases.APOLOGY,), failure=failure, fallback=fallback)


def overdue(*, stalled: bool, opening: bool) -> Reply:
    """What is done about an answer that has not come in time.

    If whoever made it has died, it is finished in their place, what was said staying said. Else the wait is filled,
    but not before an opening, which comes before all other words.
    """
    if stalled:
        return OPENING if opening else apology("stalled")
    return Reply(Then.WAIT) if opening else Reply(Then.MORE)


def filler(waited: int) -> str:
    """The words for a wait that was filled `waited` times already."""
    return phrases.FILLERS[min(waited, len(phrases.FILLERS) - 1)]


def strikes(newest_first: Iterable[str]) -> int:
    """How many of the last verdicts, up to the newest, understood nothing. A step that heard nothing has none."""
    return sum(1 for _ in takewhile(lambda verdict: verdict and Verdict(verdict).is_strike, newest_first))


def _ask_again(state: State, prompts: tuple[str, ...], verdict: Verdict) -> Reply:
    if state.strikes + 1 >= MOST_STRIKES:
        return LEFT_ALONE if state.asked_to_stop else _give_up(verdict)
    if state.asked_to_stop:
        return ASKS_TO_STOP
    return Reply(Then.LISTEN, (prompts[min(state.strikes, len(prompts) - 1)],))


def _listen_on(state: State) -> Reply:
    """Nobody said what the recognizer made of a noise: go on where it cut us off. Time and again it is a silence."""
    if state.strikes >= (2 if state.unheard else 1):
        return _ask_again(state, phrases.NOT_HEARD, Verdict.INVENTED)
    return Reply(Then.LISTEN, parts=state.unheard)


def _give_up(verdict: Verdict) -> Reply:
    """Somebody who speaks and is not understood gets a person; where nobody speaks, the call ends with a promise."""
    promise = Reply(
        Then.END,
        (phrases.GIVING_UP,),
        fallback=Fallback("hearing", "call_back", "strikes"),
        promise=Promise("the AI could not hear the lead", leaving="not_heard"),
    )
    if verdict != Verdict.UNSURE:
        return promise
    return _colleague("hearing", "the AI could not understand the lead", otherwise=promise)


def _colleague(part: str, reason: str, *, otherwise: Reply) -> Reply:
    return Reply(
        Then.HAND_OVER,
        (phrases.SOMEBODY_ELSE,),
        failure=reason,
        fallback=Fallback(part, "colleague", reason),
        otherwise=otherwise,
    )
