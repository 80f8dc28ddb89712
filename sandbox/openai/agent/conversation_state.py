"""The conversation so far, read back from its messages: what was asked, said, offered, chosen and done.

The model keeps no memory of its own: a step-down to another engine or a repeated request sees the same messages and
so comes to the same dossier.
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
class Dossier:
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
        """Area and price as now wanted: when they change, homes are looked for again."""
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


def compile_dossier(messages: Sequence[Message], briefing: Briefing) -> Dossier:
    """Read the messages in order."""
    dossier = Dossier(briefing)
    for at, message in enumerate(messages):
        if message.role == "assistant":
            _note_assistant(dossier, message, at)
        elif message.role == "tool":
            _note_result(dossier, message, at)
        elif message.role == "user":
            _note_caller(dossier, message.text, at)
    return dossier


def _note_assistant(dossier: Dossier, message: Message, at: int) -> None:
    dossier.last_role, dossier.fresh, dossier.news = "assistant", [], {}
    for call in message.tool_calls:
        dossier.calls[call.id] = (call.name, _object(call.arguments))
        dossier.ending = dossier.ending or call.name == "end_call"
    if not message.text.strip():
        return
    dossier.asked["still_there"] += "still there" in message.text
    dossier.last_asked = message.text
    if BOOKED.search(bare(message.text)):
        dossier.booked = dossier.booked or "your appointment"
    topic = topic_of(_as_meant(message.text))
    topic = TOPIC_IN_MODE.get(dossier.mode, {}).get(topic, topic)
    if topic:
        dossier.topic = topic
        dossier.asked[topic] += 1
    elif says_goodbye(message.text):
        dossier.topic, dossier.ending = "goodbye", True


def _as_meant(text: str) -> str:
    """What was cut off by the other side is what it was going to be, most often a question."""
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip(' ,')}?"


def _note_result(dossier: Dossier, message: Message, at: int) -> None:
    name, arguments = dossier.calls.get(message.tool_call_id, ("", {}))
    envelope = _object(message.text)
    data, error = envelope.get("data", envelope), envelope.get("error") or {}
    outcome = Outcome(
        name, arguments, bool(envelope.get("ok", not error)), data if isinstance(data, dict) else {"items": data},
        error if isinstance(error, dict) else {"say": str(error)}, at,
    )  # fmt: skip
    if dossier.last_role != "tool":
        dossier.fresh = []
    dossier.last_role = "tool"
    dossier.outcomes.append(outcome)
    dossier.fresh.append(outcome)
    _take_outcome(dossier, outcome)


def _take_outcome(dossier: Dossier, outcome: Outcome) -> None:
    if outcome.name in SAVING:
        _take_saving(dossier, outcome)
    elif outcome.name == "search_listings":
        _take_search(dossier, outcome)
    elif outcome.name in ("check_availability", "schedule_appointment"):
        _take_booking(dossier, outcome)


def _take_saving(dossier: Dossier, outcome: Outcome) -> None:
    """What cannot be saved by trying again counts as saved, so that the talk goes on."""
    if outcome.error.get("code") == "CONFIRM_FIRST":
        names = (FACT_NAMES.get(str(name), str(name)) for name in outcome.error.get("fields") or ())
        dossier.doubted = tuple(name for name in names if name in dossier.facts)
    if outcome.error.get("code") == "ADDRESS_AMBIGUOUS":
        dossier.candidates = tuple(map(str, outcome.error.get("candidates") or ()))
        dossier.facts.pop("address", None)
    elif outcome.ok or not outcome.error.get("retryable"):
        dossier.saved = {name: fact.value for name, fact in dossier.facts.items()}


def _take_search(dossier: Dossier, outcome: Outcome) -> None:
    dossier.searched = dossier.criteria
    relaxed = outcome.error.get("relaxation")
    found = outcome.data if outcome.ok else relaxed if isinstance(relaxed, dict) else {}
    dossier.homes = homes_in(found)[:HOMES_OFFERED]
    if outcome.error.get("code") == "UNKNOWN_AREA":
        _take_suggestions(dossier, outcome.error.get("suggestions") or ())


def _take_suggestions(dossier: Dossier, suggestions: Sequence[Any]) -> None:
    """A place that sounds like what was said is what was meant; otherwise the area is open again."""
    names = tuple(str(each.get("name", "") if isinstance(each, dict) else each) for each in suggestions)
    said = dossier.facts.pop("area", None)
    dossier.suggested = names
    meant = listening.best_area(str(said.value), names, at_least=MEANT) if said else ""
    if said and meant:
        dossier.facts["area"] = Fact(meant, said.heard, confirmed=True)


def _take_booking(dossier: Dossier, outcome: Outcome) -> None:
    if outcome.ok and outcome.name == "schedule_appointment":
        chosen = dossier.choice.slot.spoken if dossier.choice else "your appointment"
        dossier.booked, dossier.booked_words = _when_of(outcome.data) or chosen, str(outcome.data.get("say") or "")
    if outcome.error.get("code") == "ALREADY_BOOKED":
        dossier.booked = _when_of(outcome.error) or "your appointment"
        dossier.booked_words = str(outcome.error.get("say") or "")
    slots = slots_in(outcome.data) or slots_in(outcome.error)
    if not dossier.booked:
        dossier.slots, dossier.choice = two_of(slots) or _still_offered(dossier, outcome), None


def _still_offered(dossier: Dossier, outcome: Outcome) -> tuple[Slot, ...]:
    """A booking refused only because the agreement was unclear leaves its one time on offer."""
    unclear = outcome.error.get("code") in ("NOT_CONFIRMED", "CONFIRM_FIRST") and dossier.choice is not None
    return (dossier.choice.slot,) if unclear and dossier.choice else ()


def _when_of(data: dict[str, Any]) -> str:
    nested = data.get("appointment", data)
    slots = slots_in({"slots": [nested]}) if isinstance(nested, dict) else ()
    return slots[0].spoken if slots else ""


def _note_caller(dossier: Dossier, text: str, at: int) -> None:
    follows_caller = dossier.last_role == "user"
    dossier.last_said = f"{dossier.last_said} {text}".strip() if follows_caller else text
    dossier.last_role, dossier.fresh = "user", []
    if is_noise(text) or opts_out(text) or REPEAT.search(bare(text)) or ROBOT.search(bare(text)):
        dossier.understood = follows_caller and dossier.understood
        dossier.confused[dossier.topic] += 1
        return
    if _asks_for_callback(dossier, text):
        dossier.callback = dossier.understood = True
        return
    understood = _note_answer(dossier, text, at)
    dossier.understood = understood or (follows_caller and dossier.understood)
    if not dossier.understood:
        dossier.confused[dossier.topic] += 1


def _asks_for_callback(dossier: Dossier, text: str) -> bool:
    early = dossier.topic in ("", "good_time", "identity")
    busy = early and (BAD_TIME.search(bare(text)) or (dossier.topic == "good_time" and says_no(text)))
    return not dossier.booked and bool(busy or HUMAN.search(bare(text)))


def _note_answer(dossier: Dossier, text: str, at: int) -> bool:
    topic = dossier.topic
    heard = listening.hear(topic, text, areas=dossier.areas)
    extra = listening.volunteered(text, dossier.areas) if _may_volunteer(dossier, text) else {}
    if topic == "address" and dossier.candidates:
        meant = listening.best_area(text, dossier.candidates, at_least=0.4)
        heard = {"address": meant} if meant else heard
    if dossier.doubted and not heard and not extra:
        return _note_answer_to_doubt(dossier, text)
    dossier.doubted = ()
    if not heard and not extra and says_yes(text):
        heard = _confirmed(dossier, topic)
    if dossier.mode == "seller" and "price_max" in extra:
        extra = {"asking": extra["price_max"], **{name: extra[name] for name in extra if not name.startswith("price_")}}
    for name, value in (extra | heard).items():
        if value is not None or name == "asking":
            dossier.facts[name] = Fact(value, text, confirmed=True)
            dossier.news[name] = value
    return bool(heard or extra) | _note_decision(dossier, topic, text, at)


def _note_answer_to_doubt(dossier: Dossier, text: str) -> bool:
    """Asked whether a value is right: a yes leaves it, a no opens its question once more."""
    doubted = dossier.doubted
    if says_yes(text):
        dossier.doubted = ()
    elif says_no(text):
        dossier.doubted = ()
        for name in doubted:
            dossier.facts.pop(name, None)
            topic = TOPIC_OF_FACT.get(name, "")
            dossier.asked[topic] = min(dossier.asked[topic], 1)
    return not dossier.doubted


def _may_volunteer(dossier: Dossier, text: str) -> bool:
    """Once homes or times are on offer, numbers belong to them, unless the person speaks of money again."""
    return dossier.topic not in ("homes", "slots", "more") or bool(CHEAPER.search(bare(text)))


def _confirmed(dossier: Dossier, topic: str) -> dict[str, Any]:
    known = dossier.briefing.known
    return {name: fact.value for name, fact in known.items() if TOPIC_OF_FACT.get(name) == topic}


def _note_decision(dossier: Dossier, topic: str, text: str, at: int) -> bool:
    part = re.search(r"\b(morning|afternoon|evening)s?\b", bare(text))
    if part and topic in ("slots", "callback_time", "consult"):
        dossier.part_of_day = part[1]
    if topic == "homes" and "?" in text and not says_yes(text):
        return True
    if topic == "homes":
        dossier.home = choose_home(text, dossier.homes) or dossier.home
        dossier.wants_home = "no" if says_no(text) and dossier.home is None else "yes"
        return True
    if topic == "consult":
        dossier.consult = "no" if says_no(text) else "yes" if says_yes(text) or part else ""
        return bool(dossier.consult)
    if topic == "slots":
        return _note_slot(dossier, text, at)
    if topic == "more":
        dossier.finished = not (says_yes(text) and not re.search(r"\bthank|that'?s (all|it)|good\b", bare(text)))
        return True
    return topic in ("identity", "good_time", "still_there", "", "goodbye")


def _note_slot(dossier: Dossier, text: str, at: int) -> bool:
    slot = choose_slot(text, dossier.slots)
    if slot is not None:
        dossier.choice = Choice(slot, text.strip(), at)
        return True
    if says_no(text) or dossier.part_of_day:
        dossier.slots_refused += 1
        dossier.slots = ()
        return True
    return False


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {"text": text}
    return value if isinstance(value, dict) else {"items": value}
