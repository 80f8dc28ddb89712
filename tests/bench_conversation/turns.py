"""A call's turns with their times, put together from the carrier's log, the vendors' and the recording. Pure.

Times in a log are ms since the call was placed, on the recording ms since it was answered.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from calls.measurement.metrics import response_latencies
from calls.recordings.voice_activity import Segment
from tests.bench_conversation.requests import NAIVE, Rendered, Written

EARLY_MS = 300  # voice detection may find a beginning so much sooner than the caller's words began

type Event = Mapping[str, Any]


class Kind(StrEnum):
    """Whether a turn is compared, or why not."""

    COMPARED = "compared"
    REPEATED = "begun with a sentence rendered before"
    TOOLS = "answered with a tool"
    UNTOLD = "answered without the model"
    UNHEARD = "answer not found on the recording"


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing the caller said and what came of it, in ms.

    From the arrival of <Gather>'s result: `asked`, the model was asked; `answered`, TwiML with a sound in it was there;
    `fetched`, the carrier had that sound. From the caller's last sound: `understood`, that arrival; `silence`, the
    agent's first sound. Taken by the vendors: `written` for the words that were said first and `rendered` for their
    sound, `whole` for all words.
    """

    chain: str
    kind: Kind
    answered: float
    asked: float | None = None
    fetched: float | None = None
    understood: float | None = None
    silence: float | None = None
    written: float | None = None
    rendered: float | None = None
    whole: float | None = None

    @property
    def own(self) -> float | None:
        """What the chain itself added to the vendors' time."""
        if self.written is None or self.rendered is None:
            return None
        return self.answered - self.written - self.rendered


@dataclass(frozen=True, slots=True)
class Held:
    """One call: the carrier's log, begun at `began` (epoch seconds), and where each side speaks on the recording."""

    chain: str
    began: float
    events: Sequence[Event]
    lead: Sequence[Segment]
    agent: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Made:
    """What the vendors made of one turn; nothing where they were not asked."""

    written: Written | None
    rendered: Rendered | None
    beginning_ms: float | None
    with_tools: bool

    @property
    def kind(self) -> Kind:
        """Whether both were asked for what was said first, and once."""
        if self.with_tools:
            return Kind.TOOLS
        if self.written is None:
            return Kind.UNTOLD
        return Kind.REPEATED if self.rendered is None else Kind.COMPARED


def turns_of(held: Held, vendors: Sequence[Written | Rendered]) -> Iterator[Turn]:
    """The turns of one call that were answered with a sound; `vendors` are all requests of the run."""
    asked = [each for each in vendors if each.by == held.chain]
    results = [at for at, event in enumerate(held.events) if _is_result(event)]
    for begin, end in pairwise([*results, len(held.events)]):
        turn = _turn(held, held.events[begin:end], asked)
        if turn is not None:
            yield turn


def gaps_of(events: Iterable[Event]) -> Iterator[float]:
    """For how long, in ms, nothing was played between two pieces of one answer.

    A piece is over when the carrier follows its document's <Redirect>; the next one begins when its sound is there.
    """
    heard, goes_on, over = False, False, None
    for event in events:
        if event["kind"] == "webhook":
            heard, asked_at = heard and goes_on, event["at_ms"] - event["ms"]
            over = (asked_at if over is None else over) if heard else None
            goes_on = "<Redirect" in event.get("twiml", "")
        elif _begins_sound(event):
            if over is not None:
                yield event["at_ms"] - over
            heard, over = True, None


def _turn(held: Held, following: Sequence[Event], vendors: Sequence[Written | Rendered]) -> Turn | None:
    """What came of the result that `following` begins with; it ends where the next one comes."""
    result = following[0]
    answer = next((event for event in following if _is_audible(event)), None)
    if answer is None:
        return None
    arrived, answered = result["at_ms"] - result["ms"], answer["at_ms"]
    said = next((e for e in reversed(held.events) if e["kind"] == "said" and e["at_ms"] <= arrived), None)
    spoke = said["at_ms"] - (said["end_ms"] - said["start_ms"]) if said else arrived
    meanwhile = [each for each in vendors if spoke <= 1000 * (each.at - held.began) <= following[-1]["at_ms"]]
    made, silence = _made(meanwhile, result["form"]["SpeechResult"]), _silence(held, said)
    fetched = next((e["at_ms"] for e in following if _is_fetched(e) and e["at_ms"] >= answered), None)
    return Turn(
        chain=held.chain,
        kind=Kind.UNHEARD if made.kind is Kind.COMPARED and silence is None else made.kind,
        answered=answered - arrived,
        asked=1000 * (made.written.at - held.began) - arrived if made.written else None,
        fetched=None if fetched is None else fetched - arrived,
        understood=arrived - said["at_ms"] if said else None,
        silence=silence,
        written=made.beginning_ms,
        rendered=made.rendered.ms if made.rendered else None,
        whole=made.written.ms if made.written else None,
    )


def _made(asked: Sequence[Written | Rendered], heard: str) -> Made:
    """Out of what was asked for meanwhile: the answer to these words, and the sound of its beginning."""
    texts = [each for each in asked if isinstance(each, Written) and words(each.heard) == words(heard)]
    written = next((each for each in texts if each.text), None)
    with_tools = any(each.with_tools for each in texts)
    if written is None:
        return Made(None, None, None, with_tools)
    said_first, ms = ({written.text}, written.ms) if written.by == NAIVE else (written.beginnings, written.beginning_ms)
    sounds = (each for each in asked if isinstance(each, Rendered) and each.text in said_first)
    return Made(written, next(sounds, None), ms, with_tools)


def _silence(held: Held, said: Event | None) -> int | None:
    """From the caller's last sound to the agent's first, by the definition the product measures with."""
    if said is None:
        return None
    later = (e["start_ms"] for e in held.events if e["kind"] == "said" and e["start_ms"] > said["start_ms"])
    since, until = said["start_ms"] - EARLY_MS, next(later, float("inf")) - EARLY_MS
    lead, agent = ([s for s in side if since <= s.start_ms < until] for side in (held.lead, held.agent))
    return next(iter(response_latencies(lead, agent)[0]), None)


def words(text: str) -> list[str]:
    """The words, whatever their case and the marks between them."""
    return re.findall(r"\w+", text.lower())


def _is_result(event: Event) -> bool:
    return event["kind"] == "webhook" and bool(event.get("form", {}).get("SpeechResult"))


def _is_audible(event: Event) -> bool:
    return event["kind"] == "webhook" and bool(re.search(r"<(Play|Say)\b", event.get("twiml", "")))


def _begins_sound(event: Event) -> bool:
    return event["kind"] == "says" or _is_fetched(event)


def _is_fetched(event: Event) -> bool:
    return bool(event["kind"] == "media" and event["status"] == 200)
