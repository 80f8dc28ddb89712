"""Text-only conversations for tests: a tool server of our own, a recognizer's slips, and the loop between two sides."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.callers import HangUp, Mind, Press, Say
from sandbox.openai.agent import Message, ModelTurn, Reply, ToolCall, ToolSpec, respond

NULL = {"type": "null"}


def maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, NULL]}


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def patch(schema: dict[str, Any]) -> dict[str, Any]:
    return maybe(
        obj(value=schema, confidence={"type": "number", "minimum": 0, "maximum": 1}, confirmed={"type": "boolean"})
    )


INT, NUM, TEXT = {"type": "integer"}, {"type": "number"}, {"type": "string"}
TIMEFRAME = {"type": "string", "enum": ["now", "0_3m", "3_6m", "6_12m", "12m_plus", "unknown"]}
TYPES = {"type": "string", "enum": ["buyer_consult", "showing", "listing_consult", "callback"]}
AREA = obj(kind={"type": "string", "enum": ["city", "postal", "neighborhood"]}, name=TEXT)
FEATURES = {"type": "array", "items": {"type": "string", "enum": ["garage", "pool", "fenced_yard"]}}
DISPOSITIONS = [
    "appointment_set", "callback_requested", "qualified_nurture", "transferred", "not_interested", "has_agent",
    "wrong_number", "do_not_call", "language_barrier", "voicemail_left", "voicemail_no_message", "hung_up_early",
]  # fmt: skip
SCHEMAS: dict[str, dict[str, Any]] = {
    "search_listings": obj(
        areas={"type": "array", "items": AREA, "minItems": 1, "maxItems": 5},
        price_min=maybe(INT), price_max=maybe(INT), beds_min=maybe(INT), baths_min=maybe(NUM),
        must_have=maybe(FEATURES),
        sort=maybe({"type": "string", "enum": ["price_asc", "price_desc", "newest"]}), limit=maybe(INT),
    ),
    "check_availability": obj(
        type=TYPES, date_from=TEXT, date_to=TEXT,
        part_of_day={"type": "string", "enum": ["morning", "afternoon", "evening", "any"]}, listing_key=maybe(TEXT),
    ),
    "schedule_appointment": obj(
        slot_id=TEXT, type=TYPES, attendee_name=TEXT, confirm_phrase=TEXT, listing_key=maybe(TEXT), notes=maybe(TEXT),
    ),
    "save_lead_preferences": obj(
        preferences=obj(
            areas=patch({"type": "array", "items": AREA}), price_max=patch(INT), price_min=patch(INT),
            beds_min=patch(INT),
            baths_min=patch(NUM), timeframe=patch(TIMEFRAME),
            preapproval=patch(
                {"type": "string", "enum": ["none", "in_progress", "approved", "proof_of_funds", "unknown"]}
            ),
            financing=patch(
                {"type": "string", "enum": ["cash", "conventional", "fha", "va", "usda", "other", "unknown"]}
            ),
        )
    ),
    "save_seller_details": obj(
        address=TEXT, beds=maybe(INT), baths=maybe(NUM), living_area=maybe(INT), year_built=maybe(INT),
        condition=maybe({"type": "integer", "minimum": 1, "maximum": 5}), desired_price=maybe(INT),
        timeframe=maybe(TIMEFRAME), motivation=maybe(TEXT),
        listed_elsewhere=maybe({"type": "string", "enum": ["no", "yes", "expired", "unknown"]}),
    ),
    "end_call": obj(disposition={"type": "string", "enum": DISPOSITIONS}, summary=TEXT, next_action=maybe(TEXT)),
}  # fmt: skip
TOOLS = tuple(ToolSpec(name, name.replace("_", " "), schema) for name, schema in SCHEMAS.items())
INSTRUCTIONS = {
    mode: f"""You are Riley, the AI voice assistant calling for Harbor Realty LLC.
Mode: {mode}. Keep replies short; ask one thing at a time.
Today is Sunday, November 22, 2026 (2026-11-22), time zone America/Chicago.
Lead name: Maria Lopez
"""
    for mode in ("buyer", "seller")
}
OPENING = (
    "Hi, I'm an AI assistant calling for Harbor Realty LLC. Say stop or press 9 any time and we won't call again. "
    "This call is recorded. Is now a good time to talk?"
)
LISTINGS = [
    {"listing_key": f"SYN{n}", "address": address, "list_price": price, "bedrooms_total": 3, "bathrooms_total": 2}
    for n, (address, price) in enumerate(
        [("812 Heron Way", 432000), ("45 Mill Road", 447500), ("9 Alder Court", 449000)], start=1
    )
]
SLOTS = [
    {"slot_id": "s1", "start_local": "2026-11-24T10:00:00", "spoken": "Tuesday, November 24 at 10 AM"},
    {"slot_id": "s2", "start_local": "2026-11-24T11:00:00", "spoken": "Tuesday, November 24 at 11 AM"},
    {"slot_id": "s3", "start_local": "2026-11-24T14:00:00", "spoken": "Tuesday, November 24 at 2 PM"},
]


def failure(code: str, say: str, **more: Any) -> dict[str, Any]:
    return {"ok": False, "error": {"code": code, "message": say, "say": say, "retryable": False, "fields": [], **more}}


@dataclass
class ToolServer:
    """Answers tool calls; refusals are answers to give first, by tool name."""

    refusals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def run(self, call: ToolCall) -> dict[str, Any]:
        arguments = json.loads(call.arguments)
        self.calls.append((call.name, arguments))
        if self.refusals.get(call.name):
            return self.refusals[call.name].pop(0)
        answers: dict[str, dict[str, Any]] = {
            "search_listings": {"total": len(LISTINGS), "items": LISTINGS},
            "check_availability": {"slots": SLOTS},
            "schedule_appointment": {"appointment_id": "ap1", "spoken": self._spoken(arguments)},
        }
        return {"ok": True, "data": answers.get(call.name, {})}

    def _spoken(self, arguments: dict[str, Any]) -> str:
        return next((str(slot["spoken"]) for slot in SLOTS if slot["slot_id"] == arguments.get("slot_id")), "")

    def named(self, name: str) -> list[dict[str, Any]]:
        return [arguments for called, arguments in self.calls if called == name]


@dataclass
class Model:
    """One conversation with the agent: keeps the messages and runs its tools."""

    instructions: str
    server: ToolServer = field(default_factory=ToolServer)
    messages: list[Message] = field(default_factory=list)
    tools: tuple[ToolSpec, ...] = field(default_factory=lambda: TOOLS)
    tool_choice: str = "auto"
    parallel: bool = True

    def reply(self) -> Reply:
        turn = ModelTurn(self.instructions, self.tools, tuple(self.messages), self.tool_choice, self.parallel)
        reply = respond(turn)
        self.messages.append(Message("assistant", reply.text, reply.tool_calls))
        return reply

    def say(self, text: str) -> str:
        """The caller says something; what the agent says back, tools run on the way."""
        self.messages.append(Message("user", text))
        return self.speak()

    def speak(self) -> str:
        spoken = []
        for _ in range(6):
            reply = self.reply()
            spoken.append(reply.text)
            if not reply.tool_calls:
                break
            for call in reply.tool_calls:
                result = json.dumps(self.server.run(call))
                self.messages.append(Message("tool", result, tool_call_id=call.id))
            if any(call.name == "end_call" for call in reply.tool_calls):
                break
        return " ".join(part for part in spoken if part)

    @property
    def ended(self) -> bool:
        return bool(self.server.named("end_call"))


FIGURES = {
    "four hundred fifty thousand": "450,000", "five hundred thousand": "500,000", "three": "3", "two": "2",
    "ten": "10", "twelve": "12",
}  # fmt: skip
MISHEARD = {
    "creek": "creak",
    "lane": "lain",
    "two": "to",
    "pre-approved": "pre approved",
    "baths": "bats",
    "rooms": "room's",
}


def misheard(text: str, chance: random.Random | None, *, drop: float = 0.06) -> str:
    """What a small recognizer might write down: figures, slips, dropped words, often no punctuation."""
    if chance is None:
        return text
    heard = text
    for words, figure in FIGURES.items():
        if chance.random() < 0.5:
            heard = re.sub(rf"\b{words}\b", figure, heard, flags=re.I)
    for word, wrong in MISHEARD.items():
        if chance.random() < 0.08:
            heard = re.sub(rf"\b{word}\b", wrong, heard, flags=re.I)
    kept = [word for word in heard.split() if chance.random() >= drop]
    heard = " ".join(kept)
    if chance.random() < 0.4:
        heard = re.sub(r"[.,?!](?!\d)", "", heard).lower()
    return heard


@dataclass
class Talk:
    """The record of one conversation."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    server: ToolServer = field(default_factory=ToolServer)

    @property
    def caller_turns(self) -> int:
        return sum(who == "caller" for who, _ in self.lines)

    def said(self, who: str) -> list[str]:
        return [text for speaker, text in self.lines if speaker == who]

    def outcome(self) -> str:
        ended = self.server.named("end_call")
        return str(ended[-1]["disposition"]) if ended else ""


def hold_call(
    persona: str, *, seed: int | None = None, mode: str = "", server: ToolServer | None = None, opening: str = OPENING,
    trace: bool = False, turns: int = 30, **overrides: Any,
) -> Talk:  # fmt: skip
    """A lead's mind and the agent talk until the agent ends the call, somebody hangs up, or turns run out."""
    chance = random.Random(seed) if seed is not None else None
    mind = Mind.load(persona, **{"name": "Maria Lopez", **overrides})
    model = Model(INSTRUCTIONS[mode or mind.persona.goal], server or ToolServer())
    talk = Talk(server=model.server)

    def note(who: str, text: str) -> None:
        talk.lines.append((who, text))
        if trace:
            print(f"{who:7} {text}")  # noqa: T201

    heard_by_mind = opening
    if opening:
        model.messages.append(Message("assistant", opening))
        note("agent", opening)
    else:
        hello = mind.on_answer()
        heard_by_mind = model.say(hello.text if hello else "")
        note("agent", heard_by_mind)
    for _ in range(turns):
        said = _answer(mind, misheard(heard_by_mind, chance))
        if said is None:
            break
        note("caller", said)
        heard = misheard(said, chance)
        heard_by_mind = model.say(heard)
        if trace and heard != said:
            print(f"        (heard: {heard})")  # noqa: T201
        note("agent", heard_by_mind)
        if model.ended:
            break
    if trace:
        for name, arguments in model.server.calls:
            print("  ", name, json.dumps(arguments))  # noqa: T201
    return talk


def _answer(mind: Mind, heard: str) -> str | None:
    """What the mind says in the end, silences included; None when it hangs up without a word."""
    acts = mind.hear(heard)
    for waited in (3.0, 9.0, 18.0, 27.0):
        said = [act.text for act in acts if isinstance(act, Say)]
        if said:
            return " ".join(said)
        if any(isinstance(act, (HangUp, Press)) for act in acts):
            return None
        acts = mind.silence(waited)
    return None
