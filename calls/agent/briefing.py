"""Build the briefing of a call: instructions, opening, tools and recognition hints, for both AI engines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import now

from calls.agent.history import EarlierCall, messages_so_far
from calls.agent.history_budget import fit_to_budget
from calls.agent.lead_facts import LeadFacts, earlier_calls_in, facts_of, from_json, moment_in, to_json
from calls.agent.persona import Persona, conduct, disclosure, opening, screening_introduction
from calls.agent.tools.registry import ToolSpec
from calls.agent.tools.runner import tool_specs
from calls.models import AgentMode, Call
from calls.speech.names import spoken_name
from leads.models import Lead, zone_of
from leads.spoken_forms import spoken_count, spoken_list, spoken_price
from leads.text import one_line

CONDITIONS = ("poor", "needs work", "average", "good", "excellent")
HINTS = ("bedrooms", "bathrooms", "pre-approved", "consultation", "appointment", "square feet", "neighborhood")
UNKNOWN = {
    AgentMode.BUYER: (
        ("area", ("areas",)),
        ("budget", ("price_max",)),
        ("bedrooms", ("beds_min",)),
        ("timeframe", ("timeframe",)),
        ("financing", ("financing", "preapproval")),
    ),
    AgentMode.SELLER: (
        ("address", ("address",)),
        ("bedrooms", ("beds",)),
        ("bathrooms", ("baths",)),
        ("condition", ("condition",)),
        ("timeframe", ("timeframe",)),
        ("listed with another agent", ("listed_elsewhere",)),
        ("price hoped for", ("desired_price",)),
    ),
}


@dataclass(frozen=True, slots=True)
class Briefing:
    """What an engine needs for a call. `greeting` is the opening as fixed text, `language` a BCP 47 tag.

    `screening_introduction` is said to a phone assistant that screens the call.
    """

    instructions: str
    greeting: str
    screening_introduction: str
    tools: tuple[ToolSpec, ...]
    hints: tuple[str, ...]
    language: str


def snapshot(lead: Lead) -> dict[str, Any]:
    """Return the facts about the lead as of now as JSON, for `Comparison.briefing`."""
    return to_json(facts_of(lead, now=now()))


def brief(call: Call, *, at: datetime | None = None) -> Briefing:
    """Build the briefing of a call. Calls of a comparison all get the facts as they were when it began."""
    moment = at or now()
    facts = _facts(call, moment)
    mode = AgentMode(call.agent_mode)
    persona = _persona()
    return Briefing(
        instructions=instructions(facts, persona, mode, now=moment),
        greeting=call.opening or _greeting(facts, persona, mode, moment),
        screening_introduction=screening_introduction(
            persona, first_name=facts.first_name, mode=mode, about=_about(facts, mode)
        ),
        tools=tool_specs(),
        hints=_hints(facts, persona),
        language=facts.language,
    )


def disclosure_text() -> str:
    """Return the disclosure, the part of every opening that must not be left out."""
    return disclosure(_persona())


def chat_history(call: Call) -> list[dict[str, Any]]:
    """Return what was said and done on this call as chat messages, for the next turn or for an engine taking over.

    Beyond `CHAT_HISTORY_TOKENS` the older part is one system message; the last message is always kept as it was.
    """
    return fit_to_budget(messages_so_far(call), budget=settings.CHAT_HISTORY_TOKENS, disclosure=disclosure_text())


def instructions(facts: LeadFacts, persona: Persona, mode: AgentMode, *, now: datetime) -> str:
    """Write the model's instructions: first the facts as plain "name: value" lines, then the rules of conduct."""
    zone = zone_of(facts.timezone)
    local = now.astimezone(zone)
    lines = [
        f"Mode: {mode.value}",
        f"Agent name: {persona.name}",
        f"Brokerage: {persona.brokerage}",
        f"You are {persona.name}, the AI assistant of {persona.brokerage}, a real-estate brokerage, on the phone.",
        f"Today is {local:%A}, {local:%Y-%m-%d, %H:%M} ({zone.key})",
        "",
        f"Lead: {facts.full_name}",
        f"Lead's first name: {spoken_name(facts.first_name)}",
        *_reason_lines(facts, local),
        *(_buyer_lines(facts) if mode == AgentMode.BUYER else _seller_lines(facts)),
        *(f"Already booked: {appointment}" for appointment in facts.appointments),
        f"Unknown: {', '.join(_unknown(facts, mode)) or 'nothing that matters'}",
        *([f"Areas we have homes in: {', '.join(facts.areas)}"] if facts.areas else []),
        *_history_lines(earlier_calls_in(facts), zone),
        "",
        conduct(mode),
    ]
    return "\n".join(lines)


def _persona() -> Persona:
    return Persona(one_line(settings.AGENT_NAME), one_line(settings.BROKERAGE_NAME))


def _facts(call: Call, moment: datetime) -> LeadFacts:
    if call.comparison is not None and call.comparison.briefing:
        return from_json(call.comparison.briefing)
    return facts_of(call.lead, now=moment, before=call.queued_at)


def _greeting(facts: LeadFacts, persona: Persona, mode: AgentMode, now: datetime) -> str:
    zone, asked_at = zone_of(facts.timezone), moment_in(facts.asked_at)
    about = _about(facts, mode)
    return opening(persona, first_name=facts.first_name, mode=mode, about=about, asked_at=asked_at, now=now, zone=zone)


def _about(facts: LeadFacts, mode: AgentMode) -> str:
    return facts.inquiry.split(",")[0].partition(" in ")[0] if mode == AgentMode.BUYER else ""


def _reason_lines(facts: LeadFacts, now: datetime) -> list[str]:
    """Say when and about what the lead asked. A day that has not come yet is a mistake, and not said."""
    lines = []
    if asked := moment_in(facts.asked_at):
        day = asked.astimezone(now.tzinfo).date()
        when = "" if day > now.date() else f" on {day:%Y-%m-%d}"
        lines.append(f"The lead asked us{when} (source {facts.source})")
    if facts.inquiry:
        lines.append(f"The lead asked about this home: {facts.inquiry}")
    return lines


def _buyer_lines(facts: LeadFacts) -> list[str]:
    known = [f"{label}: {text}" for label, text in _preference_lines(facts.preferences)]
    agreement = "signed" if facts.agreement_signed else "none yet"
    return [*_known(known), f"Buyer agreement: {agreement}"]


def _preference_lines(preferences: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the label and the text of each known preference."""
    words: dict[str, tuple[str, Callable[[Any], str]]] = {
        "areas": ("Areas", lambda v: spoken_list([area["name"] for area in v])),
        "price_max": ("Budget", lambda v: f"up to {spoken_price(v)}"),
        "price_min": ("Minimum price", spoken_price),
        "beds_min": ("Bedrooms", lambda v: f"{v} or more"),
        "baths_min": ("Bathrooms", lambda v: f"{spoken_count(v)} or more"),
        "living_area_min": ("Living area", lambda v: f"at least {v} square feet"),
        "timeframe": ("Timeframe", str),
        "financing": ("Financing", str),
        "preapproval": ("Preapproval", str),
        "preapproval_amount": ("Approved amount", spoken_price),
        "must_have": ("Must have", lambda v: ", ".join(v).replace("_", " ")),
        "property_sub_types": ("Kinds of home", ", ".join),
        "has_agent": ("Has an agent", lambda v: str(v).replace("_", " ")),
        "motivation": ("Motivation", str),
    }
    return [(label, say(preferences[name])) for name, (label, say) in words.items() if name in preferences]


def _seller_lines(facts: LeadFacts) -> list[str]:
    labels = {
        "address": "Address",
        "beds": "Bedrooms",
        "baths": "Bathrooms",
        "living_area": "Living area",
        "year_built": "Year built",
        "condition": "Condition",
        "occupancy": "Occupancy",
        "desired_price": "Desired price",
        "timeframe": "Timeframe",
        "listed_elsewhere": "Listed elsewhere",
        "motivation": "Motivation",
    }
    known: list[str] = []
    for home in facts.homes_to_sell:
        known += [f"{label}: {_seller_words(name, home[name])}" for name, label in labels.items() if name in home]
    return _known(known)


def _seller_words(name: str, value: Any) -> str:
    if name == "desired_price":
        return spoken_price(value)
    if name == "condition":
        return f"{value} of 5, {CONDITIONS[value - 1]}"
    return spoken_count(value) if name == "baths" else str(value)


def _known(lines: list[str]) -> list[str]:
    return ["Known from before, confirm before relying on it:", *lines] if lines else ["Known from before: nothing"]


def _unknown(facts: LeadFacts, mode: AgentMode) -> list[str]:
    home = facts.homes_to_sell[0] if facts.homes_to_sell else {}
    known = facts.preferences if mode == AgentMode.BUYER else home
    return [label for label, names in UNKNOWN[mode] if not any(name in known for name in names)]


def _history_lines(calls: tuple[EarlierCall, ...], zone: ZoneInfo) -> list[str]:
    if not calls:
        return ["Earlier calls: none"]
    lines = ["Earlier calls with this lead, oldest first:"]
    for call in calls:
        outcome = call.outcome or "no outcome noted"
        lines.append(f"- {_day(call.date, zone)}, {call.type} call, {outcome}. {call.summary}".rstrip())
        lines += [f'    "{line}"' for line in call.last_lines]
    return lines


def _day(text: str, zone: ZoneInfo) -> str:
    moment = moment_in(text)
    return f"{moment.astimezone(zone):%Y-%m-%d}" if moment else "undated"


def _hints(facts: LeadFacts, persona: Persona) -> tuple[str, ...]:
    """Return names and words the caller is likely to say, the most likely first, each once."""
    home_addresses = [str(home.get("address", "")) for home in facts.homes_to_sell]
    words = [*facts.full_name.split(), persona.name, persona.brokerage, *facts.areas, *home_addresses]
    return tuple(dict.fromkeys(word for word in [*words, *facts.streets, *HINTS] if word))
