"""Sixty invented leads: every stage with every intent, with the facts such a lead would have by then.

Phones lie in 555-0100 to 0159 and e-mails at example.com, so that none of them can reach anybody.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from leads.models import BuyerPreferences, Lead, SellerProperty

DEMO_PASSWORD = "lakeside-demo"  # noqa: S105 - of invented accounts on an invented brokerage's own machine
SEED = 4711

# fmt: off
NAMES = (
    "Maria Lopez", "Daniel Carter", "Priya Raman", "James Whitfield", "Aisha Hassan", "Tomas Novak",
    "Grace Bennett", "Andre Moreau", "Mei Chen", "Robert Sullivan", "Fatima Rahman", "Kevin Brooks",
    "Elena Petrova", "Samuel Adeyemi", "Noor Khan", "Patrick Doyle", "Lucia Fernandez", "Marcus Greene",
    "Hannah Fischer", "Diego Alvarez", "Olivia Parker", "Rashid Aziz", "Sofia Rossi", "Walter Hughes",
    "Amara Okafor", "Julian Meyer", "Ingrid Larsen", "Carlos Mendoza", "Naomi Tanaka", "Peter Fraser",
    "Leila Farahani", "Victor Ortiz", "Rosa Delgado", "Dmitri Volkov", "Chloe Martin", "Hassan Saleh",
    "Teresa Romano", "Malik Washington", "Yuki Sato", "George Palmer", "Camila Vega", "Oscar Lindgren",
    "Ruth Abrams", "Anton Kovacs", "Zara Siddiqui", "Felix Wagner", "Carmen Molina", "Ibrahim Diallo",
    "Nora Jensen", "Simon Reyes", "Valeria Castillo", "Jamal Bishop", "Eva Horvat", "Mateo Navarro",
    "Clara Weiss", "Omari Mensah", "Linda Olson", "Rafael Pereira", "Joan Murray", "Stefan Popescu",
)
# fmt: on
STREETS = ("Hillcrest Road", "Laurel Lane", "Mill Street", "Garden Court", "Prairie Drive", "Walnut Avenue")
AREAS = ("Willow Creek", "Cedar Hollow", "Maple Ridge", "Pecan Grove", "Fox Run", "Stone Bridge", "Sunset Hills")
# stage: days since capture (least, most), how far the lead has come (0 nothing said … 4 client)
PROGRESS = {
    Lead.Stage.NEW: ((0, 0), 0),
    Lead.Stage.ATTEMPTING: ((1, 4), 0),
    Lead.Stage.CONTACTED: ((3, 10), 1),
    Lead.Stage.QUALIFIED: ((5, 15), 2),
    Lead.Stage.NURTURE: ((30, 120), 1),
    Lead.Stage.APPOINTMENT_SET: ((4, 14), 2),
    Lead.Stage.MET: ((12, 25), 3),
    Lead.Stage.CLIENT: ((25, 50), 4),
    Lead.Stage.UNDER_CONTRACT: ((45, 80), 4),
    Lead.Stage.CLOSED: ((90, 200), 4),
    Lead.Stage.LOST: ((20, 100), 1),
    Lead.Stage.ARCHIVED: ((120, 300), 1),
}
OPEN_STAGES = tuple(PROGRESS)[:8]
SOURCES = {
    Lead.Intent.BUYER: (Lead.Source.PORTAL, Lead.Source.WEBSITE, Lead.Source.OPEN_HOUSE, Lead.Source.SIGN_CALL),
    Lead.Intent.SELLER: (Lead.Source.WEBSITE, Lead.Source.REFERRAL, Lead.Source.EXPIRED, Lead.Source.PAST_CLIENT),
    Lead.Intent.BOTH: (Lead.Source.WEBSITE, Lead.Source.REFERRAL, Lead.Source.PAST_CLIENT),
    Lead.Intent.RENTER: (Lead.Source.PORTAL, Lead.Source.SOCIAL),
    Lead.Intent.UNKNOWN: (Lead.Source.IMPORT, Lead.Source.PAID_SEARCH, Lead.Source.OTHER),
}
LOST_REASONS = (
    Lead.LostReason.HAS_AGENT,
    Lead.LostReason.DO_NOT_CALL,
    Lead.LostReason.NOT_INTERESTED,
    Lead.LostReason.PRICED_OUT,
    Lead.LostReason.WRONG_NUMBER,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A lead with what belongs to it: field values of the lead, its preferences, its home if it has one."""

    lead: dict[str, Any]
    preferences: dict[str, Any] = field(default_factory=dict)
    home: dict[str, Any] = field(default_factory=dict)
    owner: str = ""


def synthetic_people(*, anchor: datetime, seed: int = SEED) -> list[Person]:
    """Make one person for each stage and intent, dated back from `anchor`: first a new buyer, then a new seller."""
    dice = random.Random(seed)
    pairs = sorted(product(PROGRESS, SOURCES), key=lambda pair: tuple(PROGRESS).index(pair[0]))
    return [_person(number, stage, intent, dice, anchor) for number, (stage, intent) in enumerate(pairs)]


def _person(number: int, stage: Lead.Stage, intent: Lead.Intent, dice: random.Random, anchor: datetime) -> Person:
    (least, most), progress = PROGRESS[stage]
    captured = anchor - timedelta(days=dice.randint(least, most), minutes=180 - 2 * number)
    timeframe = dice.choice(Lead.Timeframe.values[:4]) if progress else Lead.Timeframe.UNKNOWN
    first_name, last_name = NAMES[number].split()
    lead = {
        "first_name": first_name,
        "last_name": last_name,
        "phone": f"+1512555{100 + number:04d}",
        "email": f"{first_name}.{last_name}@example.com".lower(),
        "intent": intent,
        "stage": stage,
        "source": dice.choice(SOURCES[intent]),
        "timeframe": timeframe,
        "city": "Lakeside",
        "state": "TX",
        "score": min(95, 10 + 18 * progress + dice.randint(0, 15)),
        "captured_at": captured,
        **_next_step(number, stage, captured, anchor, dice),
        **_end(stage, number, captured),
    }
    return Person(
        lead=lead,
        preferences=_preferences(progress, captured, dice) if intent in (Lead.Intent.BUYER, Lead.Intent.BOTH) else {},
        home=_home(progress, timeframe, dice) if intent in (Lead.Intent.SELLER, Lead.Intent.BOTH) else {},
        owner=("omar", "omar", "mona", "")[number % 4],
    )


def _next_step(
    number: int, stage: Lead.Stage, captured: datetime, anchor: datetime, dice: random.Random
) -> dict[str, Any]:
    """New leads are due five minutes after they came; the others around now."""
    if stage not in OPEN_STAGES:
        return {}
    if stage == Lead.Stage.NEW:
        return {"next_action_at": captured + timedelta(minutes=5)}
    return {"next_action_at": anchor + timedelta(minutes=dice.randint(-120, 60 * 24 * 6))}


def _end(stage: Lead.Stage, number: int, captured: datetime) -> dict[str, Any]:
    if stage == Lead.Stage.LOST:
        return {"lost_reason": LOST_REASONS[number % len(LOST_REASONS)]}
    if stage == Lead.Stage.ARCHIVED:
        return {"archived_at": captured + timedelta(days=100)}
    return {}


def _preferences(progress: int, captured: datetime, dice: random.Random) -> dict[str, Any]:
    """More is known the further the lead has come: area and budget, then rooms and financing, then the agreement."""
    if not progress:
        return {}
    known: dict[str, Any] = {
        "areas": [{"kind": "neighborhood", "name": name} for name in dice.sample(AREAS, dice.randint(1, 2))],
        "price_max": dice.randrange(320, 760, 10) * 1000,
    }
    if progress >= 2:
        known |= {
            "beds_min": dice.randint(2, 4),
            "financing": dice.choice(BuyerPreferences.Financing.values[:4]),
            "preapproval": dice.choice(
                (BuyerPreferences.Preapproval.APPROVED, BuyerPreferences.Preapproval.IN_PROGRESS)
            ),
            "must_have": dice.sample(("garage", "fenced_yard", "pool", "single_story", "ac"), 2),
            "has_agent": BuyerPreferences.HasAgent.NO,
        }
    if progress >= 4:
        signed = captured + timedelta(days=14)
        known |= {"agreement_signed_at": signed, "agreement_expires": (signed + timedelta(days=365)).date()}
    return known


def _home(progress: int, timeframe: str, dice: random.Random) -> dict[str, Any]:
    if not progress:
        return {}
    known: dict[str, Any] = {
        "address": f"{dice.randint(3, 98)} {dice.choice(STREETS)}",
        "city": "Lakeside",
        "state": "TX",
        "timeframe": timeframe,
    }
    if progress >= 2:
        known |= {
            "beds": dice.randint(2, 5),
            "baths": dice.choice((1.5, 2, 2.5, 3)),
            "living_area": dice.randrange(1200, 3200, 50),
            "year_built": dice.randint(1950, 2018),
            "condition": dice.randint(2, 5),
            "occupancy": SellerProperty.Occupancy.OWNER,
            "desired_price": dice.randrange(300, 800, 5) * 1000,
            "listed_elsewhere": SellerProperty.Listed.NO,
        }
    return known
