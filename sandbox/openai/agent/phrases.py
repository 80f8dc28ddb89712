"""The agent's sentences: short, one question at a time, as on the phone."""

from __future__ import annotations

from typing import Any

from sandbox.language.numbers import in_words
from sandbox.openai.agent.briefing import Briefing
from sandbox.openai.agent.facts import Fact
from sandbox.openai.agent.offers import Home, Slot

QUESTIONS = {
    "intent": "Are you looking to buy or to sell a home?",
    "area": "Which area are you looking in?",
    "budget": "What price range are you comfortable with?",
    "beds": "How many bedrooms and bathrooms do you need?",
    "timeframe": "How soon would you like to move?",
    "financing": "Are you pre-approved for a mortgage, or paying cash?",
    "address": "What is the address of the home?",
    "condition": "What condition is the home in?",
    "asking": "What price are you hoping to get?",
    "listed": "Is it listed with another agent right now?",
    "homes": "Would you like to see one of them?",
    "consult": "Would you like me to set up a short consultation with one of our agents?",
    "slots": "Which one works for you?",
    "callback_time": "Which one works for you?",
    "more": "Is there anything else I can help with?",
}
SELLER_QUESTIONS = {
    "beds": "How many bedrooms and bathrooms does it have?",
    "baths": "And how many bathrooms?",
    "timeframe": "How soon would you like to sell?",
    "consult": "Would you like me to set up a visit to go over the value of your home?",
}
CONFIRM = {
    "area": "Are you still looking in the {value} area?",
    "price_max": "Is your budget still up to {value}?",
    "beds": "Do you still need at least {value} bedrooms?",
    "timeframe": "Would you still like to move {value}?",
    "preapproval": "Is your mortgage pre-approval still good?",
    "address": "Is it still about the address {value}?",
    "asking": "Are you still hoping to get {value}?",
    "condition": "Is the home still in {value} condition?",
}
SELLER_CONFIRM = {
    "beds": "Is it still {value} bedrooms?",
    "timeframe": "Would you still like to sell {value}?",
}
TIMEFRAMES = {
    "now": "right away",
    "0_3m": "within three months",
    "3_6m": "within six months",
    "6_12m": "within a year",
    "12m_plus": "in more than a year",
}
CONDITIONS = {1: "poor", 2: "dated", 3: "average", 4: "good", 5: "excellent"}
NOTED = {
    "area": "{value}",
    "price_max": "up to {value}",
    "price_min": "from {value}",
    "beds": "{value} bedrooms",
    "baths": "{value} baths",
    "timeframe": "{value}",
    "preapproval": "pre-approval {value}",
    "address": "{value}",
    "condition": "{value} condition",
    "asking": "hopes for {value}",
    "listed": "listed elsewhere: {value}",
}
SAID_YES = "Got it."


def dollars(amount: float) -> str:
    return f"${amount:,.0f}"


def spoken(name: str, value: Any) -> str:
    """A fact as the agent says it."""
    if name in ("price_max", "price_min", "asking") and value:
        return dollars(value)
    if name == "timeframe":
        return TIMEFRAMES.get(str(value), str(value).replace("_", " "))
    if name == "condition":
        return CONDITIONS.get(value, str(value))
    if name in ("beds", "baths") and float(value).is_integer():
        return in_words(int(value))
    return str(value).replace("_", "-")


def question(topic: str, mode: str) -> str:
    return (SELLER_QUESTIONS.get(topic) if mode == "seller" else None) or QUESTIONS.get(topic, QUESTIONS["more"])


def confirmation(name: str, fact: Fact, mode: str) -> str:
    texts = {**CONFIRM, **(SELLER_CONFIRM if mode == "seller" else {})}
    return texts[name].format(value=spoken(name, fact.value))


def greeting(briefing: Briefing) -> str:
    name = f" {briefing.first_name}" if briefing.first_name else ""
    who = briefing.brokerage or "your real-estate brokerage"
    return f"Hi{name}, this is the AI assistant of {who}."


def introduction(briefing: Briefing) -> str:
    """Who is calling, for whoever asks before letting the call through."""
    who = briefing.brokerage or "a real-estate brokerage"
    return f"This is {briefing.agent}, the AI assistant of {who}." if briefing.agent else f"This is {who}."


def errand(mode: str) -> str:
    """What the call is about."""
    return "selling your home" if mode == "seller" else "buying a home"


def acknowledge(facts: dict[str, Any]) -> str:
    """A few words that show what was heard last, "" when nothing was."""
    if "area" in facts:
        return f"{facts['area']}, got it."
    if facts.get("price_max"):
        return f"Up to {dollars(facts['price_max'])}, understood."
    if "beds" in facts:
        return f"{spoken('beds', facts['beds']).capitalize()} bedrooms, okay."
    if "address" in facts:
        return f"{facts['address']}, thank you."
    if facts.get("asking"):
        return f"{dollars(facts['asking'])}, I've noted that."
    return SAID_YES if facts else ""


def home_line(home: Home) -> str:
    return f"{home.address} at {dollars(home.price)}" if home.price else home.address


def present_homes(homes: tuple[Home, ...]) -> str:
    """At most two homes: nobody remembers more on the phone."""
    if len(homes) == 1:
        return f"I found one home: {home_line(homes[0])}. Would you like to see it?"
    return f"Two homes fit: {home_line(homes[0])}, and {home_line(homes[1])}. {QUESTIONS['homes']}"


def offer_slots(slots: tuple[Slot, ...], kind: str) -> str:
    with_whom = {
        "listing_consult": "An agent can visit",
        "showing": "We can show it",
        "callback": "An agent can call you",
    }.get(kind, "One of our agents can meet you")
    if len(slots) == 1:
        return f"{with_whom} {slots[0].spoken}. Does that time work?"
    return f"{with_whom} {either(slots)}. {QUESTIONS['slots']}"


def either(slots: tuple[Slot, ...]) -> str:
    """ "Tuesday, November 24 at 10 AM or at 2 PM": the day is named once when it is the same."""
    first = slots[0].spoken
    if len(slots) == 1:
        return first
    day, at, second_time = slots[1].spoken.rpartition(" at ")
    same_day = at and day == first.rpartition(" at ")[0]
    return f"{first} or at {second_time}" if same_day else f"{first}, or {slots[1].spoken}"


def summary(mode: str, facts: dict[str, Fact], booked: str) -> str:
    """For the call's record."""
    known = {name: spoken(name, fact.value) for name, fact in facts.items() if fact.value is not None}
    parts = [NOTED.get(name, name.replace("_", " ") + " {value}").format(value=value) for name, value in known.items()]
    who = (mode or "lead").capitalize()
    told = f"{who}: {', '.join(parts)}." if parts else f"{who} call."
    return f"{told} Appointment: {booked}." if booked else told
