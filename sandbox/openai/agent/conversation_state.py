"""The state of the conversation, read back from its messages: what was asked, said, offered, chosen and done.

The model keeps no memory of its own: a step-down to another engine or a repeated request sees the same messages and so
comes to the same state.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.language.questions import says_goodbye, topic_of
from sandbox.language.replies import (
    BAD_TIME,
    CHEAPER,
    HUMAN,
    REPEAT,
    ROBOT,
    bare,
    is_noise,
    opts_out,
    says_no,
    says_yes,
)
from sandbox.openai.agent import facts as listening
from sandbox.openai.agent.briefing import Briefing
from sandbox.openai.agent.facts import FACT_NAMES, TOPIC_OF_FACT, Fact
from sandbox.openai.agent.offers import Choice, Home, Slot, choose_home, choose_slot, homes_in, slots_in, two_of
from sandbox.openai.agent.turn import Message

BOOKED = re.compile(
    r"\b(you'?re|you are|we'?re|appointment is|visit is) (all )?(now )?(booked|confirmed|scheduled|set for)\b"
)
HOMES_OFFERED = 2
MEANT = 0.75
"""Likeness (0 to 1) from which a suggested name is taken for the one that was said."""
SAVING = ("save_lead_preferences", "save_seller_details")
TOPIC_IN_MODE = {"seller": {"budget": "asking", "area": "address"}, "buyer": {"asking": "budget"}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished tool call; at is its place in the conversation."""

    name: str
    arguments: dict[str, Any]
    ok: bool
    data: dict[str, Any]
    error: dict[str, Any]
    at: int


@dataclass
class ConversationState:
    """Everything the next move depends on. Places (at) are indexes of messages."""

    briefing: Briefing
    facts: dict[str, Fact] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    topic: str = ""
    last_role: str = ""
    last_said: str = ""
    last_asked: str = ""
    understood: bool = True
    outcomes: list[Outcome] = field(default_factory=list)
    fresh: list[Outcome] = field(default_factory=list)
    saved: dict[str, Any] = field(default_factory=dict)
    homes: tuple[Home, ...] = ()
    home: Home | None = None
    wants_home: str = ""
    slots: tuple[Slot, ...] = ()
    choice: Choice | None = None
    slots_refused: int = 0
    part_of_day: str = ""
    callback: bool = False
    booked: str = ""
    consult: str = ""
    finished: bool = False
    ending: bool = False
    confused: Counter[str] = field(default_factory=Counter)
    news: dict[str, Any] = field(default_factory=dict)
    searched: tuple[Any, Any] | None = None
    suggested: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    booked_words: str = ""
    doubted: tuple[str, ...] = ()
    calls: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        heard = self.facts.get("intent")
        return self.briefing.mode or (str(heard.value) if heard else "")

    def outcomes_of(self, *names: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.name in names]

    @property
    def criteria(self) -> tuple[Any, Any]:
        """The area and price wanted now: when they change, homes are searched again."""
        area, price = self.facts.get("area"), self.facts.get("price_max")
        return (area.value if area else None, price.value if price else None)

    @property
    def areas(self) -> tuple[str, ...]:
        """The places known by name."""
        return (*self.briefing.areas, *self.suggested)

    @property
    def unsaved(self) -> list[str]:
        told = {name: fact.value for name, fact in self.facts.items() if fact.value is not None and name != "intent"}
        return [name for name, value in told.items() if self.saved.get(name) != value]


def read_conversation(messages: Sequence[Message], briefing: Briefing) -> ConversationState:
    """Read the messages in order."""
    state = ConversationState(briefing)
    for at, message in enumerate(messages):
        if message.role == "assistant":
            _note_assistant(state, message, at)
        elif message.role == "tool":
            _note_result(state, message, at)
        elif message.role == "user":
            _note_caller(state, message.text, at)
    return state


def _note_assistant(state: ConversationState, message: Message, at: int) -> None:
    state.last_role, state.fresh, state.news = "assistant", [], {}
    for call in message.tool_calls:
        state.calls[call.id] = (call.name, _object(call.arguments))
        state.ending = state.ending or call.name == "end_call"
    if not message.text.strip():
        return
    state.asked["still_there"] += "still there" in message.text
    state.last_asked = message.text
    if BOOKED.search(bare(message.text)):
        state.booked = state.booked or "your appointment"
    topic = topic_of(_as_meant(message.text))
    topic = TOPIC_IN_MODE.get(state.mode, {}).get(topic, topic)
    if topic:
        state.topic = topic
        state.asked[topic] += 1
    elif says_goodbye(message.text):
        state.topic, state.ending = "goodbye", True


def _as_meant(text: str) -> str:
    """Completes what the other side cut off: most often it was going to be a question."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip(' ,')}?"


def _note_result(state: ConversationState, message: Message, at: int) -> None:
    name, arguments = state.calls.get(message.tool_call_id, ("", {}))
    envelope = _object(message.text)
    data, error = envelope.get("data", envelope), envelope.get("error") or {}
    outcome = Outcome(
        name, arguments, bool(envelope.get("ok", not error)), data if isinstance(data, dict) else {"items": data},
        error if isinstance(error, dict) else {"say": str(error)}, at,
    )  # fmt: skip
    if state.last_role != "tool":
        state.fresh = []
    state.last_role = "tool"
    state.outcomes.append(outcome)
    state.fresh.append(outcome)
    _take_outcome(state, outcome)


def _take_outcome(state: ConversationState, outcome: Outcome) -> None:
    if outcome.name in SAVING:
        _take_saving(state, outcome)
    elif outcome.name == "search_listings":
        _take_search(state, outcome)
    elif outcome.name in ("check_availability", "schedule_appointment"):
        _take_booking(state, outcome)


def _take_saving(state: ConversationState, outcome: Outcome) -> None:
    """What cannot be saved by trying again counts as saved, so that the conversation goes on."""
    if outcome.error.get("code") == "CONFIRM_FIRST":
        names = (FACT_NAMES.get(str(name), str(name)) for name in outcome.error.get("fields") or ())
        state.doubted = tuple(name for name in names if name in state.facts)
    if outcome.error.get("code") == "ADDRESS_AMBIGUOUS":
        state.candidates = tuple(map(str, outcome.error.get("candidates") or ()))
        state.facts.pop("address", None)
    elif outcome.ok or not outcome.error.get("retryable"):
        state.saved = {name: fact.value for name, fact in state.facts.items()}


def _take_search(state: ConversationState, outcome: Outcome) -> None:
    state.searched = state.criteria
    relaxed = outcome.error.get("relaxation")
    found = outcome.data if outcome.ok else relaxed if isinstance(relaxed, dict) else {}
    state.homes = homes_in(found)[:HOMES_OFFERED]
    if outcome.error.get("code") == "UNKNOWN_AREA":
        _take_suggestions(state, outcome.error.get("suggestions") or ())


def _take_suggestions(state: ConversationState, suggestions: Sequence[Any]) -> None:
    """A place that sounds like what was said is what was meant; otherwise the area is open again."""
    names = tuple(str(each.get("name", "") if isinstance(each, dict) else each) for each in suggestions)
    said = state.facts.pop("area", None)
    state.suggested = names
    meant = listening.best_area(str(said.value), names, at_least=MEANT) if said else ""
    if said and meant:
        state.facts["area"] = Fact(meant, said.heard, confirmed=True)


def _take_booking(state: ConversationState, outcome: Outcome) -> None:
    if outcome.ok and outcome.name == "schedule_appointment":
        chosen = state.choice.slot.spoken if state.choice else "your appointment"
        state.booked, state.booked_words = _when_of(outcome.data) or chosen, str(outcome.data.get("say") or "")
    if outcome.error.get("code") == "ALREADY_BOOKED":
        state.booked = _when_of(outcome.error) or "your appointment"
        state.booked_words = str(outcome.error.get("say") or "")
    slots = slots_in(outcome.data) or slots_in(outcome.error)
    if not state.booked:
        state.slots, state.choice = two_of(slots) or _still_offered(state, outcome), None


def _still_offered(state: ConversationState, outcome: Outcome) -> tuple[Slot, ...]:
    """A booking refused only because the agreement was unclear leaves its one time on offer."""
    unclear = outcome.error.get("code") in ("NOT_CONFIRMED", "CONFIRM_FIRST") and state.choice is not None
    return (state.choice.slot,) if unclear and state.choice else ()


def _when_of(data: dict[str, Any]) -> str:
    nested = data.get("appointment", data)
    slots = slots_in({"slots": [nested]}) if isinstance(nested, dict) else ()
    return slots[0].spoken if slots else ""


def _note_caller(state: ConversationState, text: str, at: int) -> None:
    follows_caller = state.last_role == "user"
    state.last_said = f"{state.last_said} {text}".strip() if follows_caller else text
    state.last_role, state.fresh = "user", []
    if is_noise(text) or opts_out(text) or REPEAT.search(bare(text)) or ROBOT.search(bare(text)):
        state.understood = follows_caller and state.understood
        state.confused[state.topic] += 1
        return
    if _asks_for_callback(state, text):
        state.callback = state.understood = True
        return
    understood = _note_answer(state, text, at)
    state.understood = understood or (follows_caller and state.understood)
    if not state.understood:
        state.confused[state.topic] += 1


def _asks_for_callback(state: ConversationState, text: str) -> bool:
    early = state.topic in ("", "good_time", "identity")
    busy = early and (BAD_TIME.search(bare(text)) or (state.topic == "good_time" and says_no(text)))
    return not state.booked and bool(busy or HUMAN.search(bare(text)))


def _note_answer(state: ConversationState, text: str, at: int) -> bool:
    topic = state.topic
    heard = listening.hear(topic, text, areas=state.areas)
    extra = listening.volunteered(text, state.areas) if _may_volunteer(state, text) else {}
    if topic == "address" and state.candidates:
        meant = listening.best_area(text, state.candidates, at_least=0.4)
        heard = {"address": meant} if meant else heard
    if state.doubted and not heard and not extra:
        return _note_answer_to_doubt(state, text)
    state.doubted = ()
    if not heard and not extra and says_yes(text):
        heard = _confirmed(state, topic)
    if state.mode == "seller" and "price_max" in extra:
        extra = {"asking": extra["price_max"], **{name: extra[name] for name in extra if not name.startswith("price_")}}
    for name, value in (extra | heard).items():
        if value is not None or name == "asking":
            state.facts[name] = Fact(value, text, confirmed=True)
            state.news[name] = value
    return bool(heard or extra) | _note_decision(state, topic, text, at)


def _note_answer_to_doubt(state: ConversationState, text: str) -> bool:
    """Asked whether a value is right: a yes keeps it, a no asks for it once more."""
    doubted = state.doubted
    if says_yes(text):
        state.doubted = ()
    elif says_no(text):
        state.doubted = ()
        for name in doubted:
            state.facts.pop(name, None)
            topic = TOPIC_OF_FACT.get(name, "")
            state.asked[topic] = min(state.asked[topic], 1)
    return not state.doubted


def _may_volunteer(state: ConversationState, text: str) -> bool:
    """Once homes or times are on offer, numbers belong to them, unless the person speaks of money again."""
    return state.topic not in ("homes", "slots", "more") or bool(CHEAPER.search(bare(text)))


def _confirmed(state: ConversationState, topic: str) -> dict[str, Any]:
    known = state.briefing.known
    return {name: fact.value for name, fact in known.items() if TOPIC_OF_FACT.get(name) == topic}


def _note_decision(state: ConversationState, topic: str, text: str, at: int) -> bool:
    part = re.search(r"\b(morning|afternoon|evening)s?\b", bare(text))
    if part and topic in ("slots", "callback_time", "consult"):
        state.part_of_day = part[1]
    if topic == "homes" and "?" in text and not says_yes(text):
        return True
    if topic == "homes":
        state.home = choose_home(text, state.homes) or state.home
        state.wants_home = "no" if says_no(text) and state.home is None else "yes"
        return True
    if topic == "consult":
        state.consult = "no" if says_no(text) else "yes" if says_yes(text) or part else ""
        return bool(state.consult)
    if topic == "slots":
        return _note_slot(state, text, at)
    if topic == "more":
        state.finished = not (says_yes(text) and not re.search(r"\bthank|that'?s (all|it)|good\b", bare(text)))
        return True
    return topic in ("identity", "good_time", "still_there", "", "goodbye")


def _note_slot(state: ConversationState, text: str, at: int) -> bool:
    slot = choose_slot(text, state.slots)
    if slot is not None:
        state.choice = Choice(slot, text.strip(), at)
        return True
    if says_no(text) or state.part_of_day:
        state.slots_refused += 1
        state.slots = ()
        return True
    return False


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {"text": text}
    return value if isinstance(value, dict) else {"items": value}
