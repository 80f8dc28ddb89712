"""Who is called and what they say: twelve questions and answers each in an order of their own, the same to both chains.

None of them leads the agent to a tool, which the naive chain has not. At any time people ask different things, because
the stand-in's model answers the same question with the same words, and Ringside would have them rendered already.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from calls.agent.briefing import brief
from calls.conversational.documents import PAUSE_SECONDS, SILENCE_SECONDS
from calls.models import AgentMode, Call, CallType
from leads.models import Lead
from tests.people import make_lead, make_listing

AREAS = ("Willow Creek", "Cedar Hollow", "Maple Ridge", "Pecan Grove", "Fox Run", "Stone Bridge", "Sunset Hills")
BUDGETS = ("four hundred", "five hundred", "six hundred", "three hundred", "seven hundred")
NAMES = ("Maria", "Daniel", "Grace", "Robert", "Hannah", "Patrick", "Olivia", "Samuel", "Nora", "Victor")
LINES = (
    "Am I talking to a robot?",
    "How did you get my number?",
    "I'm looking in {area}.",
    "What is your commission?",
    "Could you repeat that, please?",
    "Are the schools good around there?",
    "Up to {budget} thousand dollars.",
    "Who pays for the inspection?",
    "Are you still there?",
    "Who is calling, and why?",
    "What are the neighbors like?",
    "Can you hear me?",
)
AHEAD = 2  # so many lines the next caller is ahead: a sentence comes again when its sound has been forgotten


@dataclass(frozen=True, slots=True)
class Caller:
    """One person, who has a phone for each chain."""

    lead: Lead
    ringside: str
    naive: str
    script: tuple[Any, ...]

    def phone_book(self) -> dict[str, Any]:
        """What the sandbox is told of both phones."""
        return {number: {"script": list(self.script)} for number in (self.ringside, self.naive)}


def script(number: int) -> tuple[Any, ...]:
    """What the `number`-th caller says, one line whenever the other side pauses, then hangs up."""
    told = {"area": AREAS[number % len(AREAS)], "budget": BUDGETS[number % len(BUDGETS)]}
    lines = (LINES[(place + AHEAD * number) % len(LINES)].format(**told) for place in range(len(LINES)))
    return ("Hello?", *lines, {"hang_up": True})


def make_callers(count: int) -> list[Caller]:
    """Leads with their phones, and homes in the areas they name."""
    for area in AREAS:
        make_listing(subdivision_name=area)
    return [_caller(number) for number in range(count)]


def _caller(number: int) -> Caller:
    lead = make_lead(first_name=NAMES[number % len(NAMES)])
    return Caller(lead, str(lead.phone), f"+1737555{1000 + number}", script(number))


def naive_briefing(caller: Caller) -> dict[str, Any]:
    """What the naive chain takes over from ours: instructions, opening, and how to listen."""
    call = Call(lead=caller.lead, type=CallType.CONVERSATIONAL, agent_mode=AgentMode.BUYER)
    briefing = brief(call)
    gather = {
        "input": "speech dtmf",
        "timeout": str(SILENCE_SECONDS),
        "speechTimeout": str(PAUSE_SECONDS),
        "speechModel": settings.TWILIO_SPEECH_MODEL,
        "language": briefing.language,
        "hints": ",".join(hint.replace(",", " ") for hint in briefing.hints),
        "profanityFilter": "false",
        "actionOnEmptyResult": "true",
    }
    return {"instructions": briefing.instructions, "greeting": briefing.greeting, "gather": gather}
