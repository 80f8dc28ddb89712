"""Labels: how the dashboard puts codes, values and amounts into words."""

import re
from decimal import Decimal
from typing import Any

from django.conf import settings

from calls.dashboard.reasons import reason_words
from calls.models import Call, Engine, Turn
from leads.models import Lead, short_name
from leads.profile.buyer_preferences import timeframe_label

CODE = re.compile(r"(?<![a-z])[a-z]+(_[a-z]+)+")  # `fenced_yard`, `appointment_set`
ENGINE_WORDS = {
    Engine.HUMAN: "a person",
    Engine.CONVERSATION: "speech recognition, GPT and Polly",
    Engine.REALTIME: "OpenAI Realtime, voice to voice",
    Engine.RINGING: "a colleague’s phone, ringing",
    Engine.PROMISE: "a promise of a call back",
    Engine.MACHINE: "nobody: a mailbox or an assistant answered",
}
TOOL_WORDS = {
    "search_listings": "Searched listings",
    "check_availability": "Checked the calendar",
    "schedule_appointment": "Booked an appointment",
    "save_lead_preferences": "Saved what the buyer wants",
    "save_seller_details": "Saved details of the home",
    "transfer_to_human": "Asked for a colleague",
    "end_call": "Said goodbye",
}


def speaker_name(call: Call, speaker: str) -> str:
    """The first name of that speaker on this call."""
    if speaker == Turn.Speaker.AGENT:
        return f"{settings.AGENT_NAME} (AI)"
    if speaker == Turn.Speaker.STAFF:
        return short_name(call.placed_by) if call.placed_by else "Staff"
    return call.lead.first_name


def engine_label(engine: str) -> str:
    """The engine that holds the line, in words."""
    return ENGINE_WORDS.get(Engine(engine), engine) if engine else ""


def tool_label(name: str) -> str:
    """What a tool does, in words; an unknown tool keeps its name."""
    return TOOL_WORDS.get(name, readable(name).capitalize())


def readable(code: str) -> str:
    """A code as words: `model_lost` as `model lost`."""
    return code.replace("_", " ").replace("-", " ").strip()


def count_text(name: str, number: int) -> str:
    """How many a tool found: `2 homes found`. For none, words only for homes and times; empty otherwise."""
    one, many = COUNTED.get(name, (readable(name).removesuffix("s"), readable(name)))
    if not number:
        return f"no {many}" if name in COUNTED_AT_NONE else ""
    return f"{number} {one if number == 1 else many}"


COUNTED = {
    "items": ("home found", "homes found"),
    "slots": ("time free", "times free"),
    "saved": ("fact saved", "facts saved"),
    "rejected": ("fact not saved", "facts not saved"),
}
COUNTED_AT_NONE = ("items", "slots")


def value_text(value: Any) -> str:
    """An argument or result of a tool on one short line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return _noted(value) if value.keys() >= _NOTED else _fields(value)
    if isinstance(value, list):
        return ", ".join(value_text(item) for item in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value in Lead.Timeframe.values:
        return timeframe_label(value)
    return readable(str(value)) if CODE.fullmatch(str(value)) else str(value)


def _fields(value: dict[str, Any]) -> str:
    if value.keys() == {"kind", "name"}:  # an area
        return f"{value['name']}, {value_text(value['kind'])}"
    return ", ".join(f"{readable(str(k))} {value_text(v)}" for k, v in value.items() if v not in (None, "", [], {}))


_NOTED = {"value", "confidence", "confirmed"}  # a fact as the agent saves it


def _noted(fact: dict[str, Any]) -> str:
    """A saved fact: its value, and how sure the agent is of it when the caller has not confirmed it."""
    confidence = fact["confidence"]  # as the model gave it: perhaps no number
    known = isinstance(confidence, float | int) and 0 <= confidence <= 1
    hearing = f"{confidence:.0%} sure" if known else f"{value_text(confidence)} sure"
    sure = "confirmed" if fact["confirmed"] is True else hearing
    return f"{value_text(fact['value'])} ({sure})"


PARTS = {
    "model": "the model",
    "voice": "the voice",
    "hearing": "the hearing",
    "colleague": "the transfer",
    "realtime": "the voice-to-voice agent",
}
INSTEAD = {
    "apology": "the AI apologized and went on",
    "say": "the carrier’s own voice spoke instead",
    "call_back": "the lead was promised a call back",
    "conversation": "the conversational way took over",
    "colleague": "a colleague was rung",
    "realtime": "the voice-to-voice agent went on",
}
NO_FAILURE = frozenset({"deploy"})  # reasons that say it all


def fallback_words(step: dict[str, Any]) -> str:
    """A fallback as a sentence: which part failed, why, and what took its place."""
    part, to, reason = (str(step.get(name) or "") for name in ("part", "to", "reason"))
    failed = f"{PARTS.get(part, readable(part)) or 'a part'} failed"
    why = reason_words(reason)
    told = why if reason in NO_FAILURE else f"{failed}: {why}" if why else failed
    instead = INSTEAD.get(to, f"{readable(to)} took over" if to else "")
    return f"{told}; {instead}" if instead else told


def as_latency(milliseconds: float | None) -> str:
    """640 as `640 ms`, 1420 as `1.42 s`; a dash for None."""
    if milliseconds is None:
        return "–"
    return f"{milliseconds / 1000:.2f} s" if milliseconds >= 1000 else f"{round(milliseconds)} ms"


def as_cents(amount: Decimal | None) -> str:
    """An amount in dollars, to a tenth of a cent below a dollar: `$0.042`."""
    if amount is None:
        return "–"
    return f"${amount:.3f}" if amount < 1 else f"${amount:.2f}"
