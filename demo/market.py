"""A synthetic housing market: an invented city whose prices follow a known formula, so that estimates can be checked.

Nothing here is taken from any listing service. Keys begin with SYN; texts are about houses, never about people.
"""

import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from leads.models import Listing, brokerage_zone

CITY, STATE, ZONE = "Lakeside", "TX", brokerage_zone()
CENTER = (30.4100, -97.6200)
COUNT = 400
SEED = 20_260_101
ACTIVE_AT_LEAST = 2  # starter homes on offer in each neighborhood, so that every search has an answer somewhere


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """A place of the invented city: dollars per square foot, year of building, miles east and north of the center."""

    name: str
    postal_code: str
    rate: int
    built: int
    east: float
    north: float


NEIGHBORHOODS = (
    Neighborhood("Willow Creek", "78791", 205, 2003, 2.0, 1.5),
    Neighborhood("Cedar Hollow", "78791", 190, 1988, 1.0, 2.5),
    Neighborhood("Maple Ridge", "78792", 235, 2012, -2.0, 3.0),
    Neighborhood("Harbor Point", "78793", 330, 2008, -0.5, -2.0),
    Neighborhood("Old Mill", "78794", 215, 1948, 0.0, 0.0),
    Neighborhood("Sunset Hills", "78792", 260, 1997, -3.0, 1.0),
    Neighborhood("Pecan Grove", "78795", 175, 1979, 3.5, -1.0),
    Neighborhood("Stone Bridge", "78796", 225, 2017, 4.0, 2.0),
    Neighborhood("Lantern Park", "78794", 245, 1962, 0.5, -0.8),
    Neighborhood("Fox Run", "78796", 185, 1994, 4.5, 0.5),
)
STREETS = (
    "Orchard Lane",
    "Harvest Drive",
    "Bluebonnet Road",
    "Copper Street",
    "Juniper Court",
    "Meadow Lane",
    "Quarry Road",
    "Foundry Street",
    "Sparrow Lane",
    "Summit Drive",
    "Birch Avenue",
    "Ferry Street",
    "Magnolia Drive",
    "Pioneer Road",
    "Sycamore Court",
    "Windmill Lane",
)
MIX = (
    (Listing.Status.CLOSED, 0.55),
    (Listing.Status.ACTIVE, 0.30),
    (Listing.Status.PENDING, 0.08),
    (Listing.Status.ACTIVE_UNDER_CONTRACT, 0.02),
    (Listing.Status.COMING_SOON, 0.02),
    (Listing.Status.WITHDRAWN, 0.01),
    (Listing.Status.EXPIRED, 0.01),
    (Listing.Status.CANCELED, 0.01),
)
DRIFT_PER_YEAR = 0.03
NOISE = 0.045


@dataclass(frozen=True, slots=True)
class House:
    """What the price depends on. `condition` is 1 to 5, areas in square feet, the lot in acres."""

    place: Neighborhood
    living_area: int
    baths: float
    year_built: int
    garage: int
    lot: float
    pool: bool
    condition: int


def true_value(house: House, *, years_ago: float, this_year: int) -> float:
    """Return the true value of a house in dollars, before noise: a rate per square foot, by age, plus extras."""
    age = max(0, this_year - house.year_built)
    per_foot = house.place.rate * (1 - 0.0022 * min(age, 60))
    extras = 9_000 * house.baths + 11_000 * house.garage + 140_000 * min(house.lot, 1.0) + 28_000 * house.pool
    worth = (per_foot * house.living_area + extras) * (1 + 0.035 * (house.condition - 3))
    return float(worth * (1 + DRIFT_PER_YEAR) ** -years_ago)


def synthetic_listings(*, anchor: datetime, count: int = COUNT, seed: int = SEED) -> list[Listing]:
    """Make unsaved listings with dates relative to `anchor`; the same seed gives the same houses."""
    dice = random.Random(seed)
    taken: set[str] = set()
    return [_listing(number, dice, anchor, taken) for number in range(1, count + 1)]


def _listing(number: int, dice: random.Random, anchor: datetime, taken: set[str]) -> Listing:
    place = NEIGHBORHOODS[number % len(NEIGHBORHOODS)]
    status = _status(number, dice)
    beds = dice.choices((2, 3, 4, 5), (15, 45, 30, 10))[0]
    house = _house(place, beds, dice, anchor.year)
    days_on_market = dice.randint(2, 75)
    sold_days_ago = dice.randint(5, 540) if status == Listing.Status.CLOSED else 0
    value = true_value(house, years_ago=sold_days_ago / 365, this_year=anchor.year) * dice.gauss(1, NOISE)
    price = _rounded(value * dice.uniform(1.0, 1.04))
    contract_date = (anchor - timedelta(days=sold_days_ago + days_on_market)).date()
    facts = {
        "standard_status": status,
        "list_price": price,
        "original_list_price": _rounded(float(price) * dice.choice((1.0, 1.0, 1.02, 1.05))),
        "listing_contract_date": contract_date,
        "modification_timestamp": anchor,
    }
    if status == Listing.Status.CLOSED:
        sold = {"close_price": _rounded(value), "close_date": (anchor - timedelta(days=sold_days_ago)).date()}
        facts |= sold
    return Listing(**_identity(number, place, dice, taken), **_described(house, beds, dice), **facts)


def _status(number: int, dice: random.Random) -> str:
    if number <= len(NEIGHBORHOODS) * ACTIVE_AT_LEAST:
        return Listing.Status.ACTIVE
    statuses, weights = zip(*MIX, strict=True)
    return str(dice.choices(statuses, weights)[0])


def _house(place: Neighborhood, beds: int, dice: random.Random, year: int) -> House:
    return House(
        place=place,
        living_area=int(dice.gauss(560 * beds + 180, 190) // 10 * 10) if beds > 2 else dice.randrange(900, 1400, 10),
        baths=max(1.0, min(beds, round(dice.gauss(beds * 0.7, 0.4) * 2) / 2)),
        year_built=min(year - 1, int(dice.gauss(place.built, 5))),
        garage=dice.choices((0, 1, 2, 3), (10, 25, 55, 10))[0],
        lot=round(max(0.06, dice.lognormvariate(math.log(0.18), 0.35)), 2),
        pool=dice.random() < 0.18,
        condition=dice.choices((2, 3, 4, 5), (12, 43, 35, 10))[0],
    )


def _identity(number: int, place: Neighborhood, dice: random.Random, taken: set[str]) -> dict[str, Any]:
    address = _address(dice, taken)
    north, east = place.north + dice.gauss(0, 0.35), place.east + dice.gauss(0, 0.35)
    return {
        "listing_key": f"SYN-{number:05d}",
        "unparsed_address": address,
        "city": CITY,
        "state_or_province": STATE,
        "postal_code": place.postal_code,
        "subdivision_name": place.name,
        "latitude": round(CENTER[0] + north / 69.0, 6),
        "longitude": round(CENTER[1] + east / 59.6, 6),
        "timezone": ZONE,
    }


def _address(dice: random.Random, taken: set[str]) -> str:
    while True:
        address = f"{dice.randrange(2, 99)} {dice.choice(STREETS)}"
        if address not in taken:
            taken.add(address)
            return address


def _described(house: House, beds: int, dice: random.Random) -> dict[str, Any]:
    stories = 1 if house.living_area < 1500 or dice.random() < 0.45 else 2
    features = _features(house, stories, dice)
    return {
        "property_sub_type": _sub_type(house, dice),
        "bedrooms_total": beds,
        "bathrooms_total": Decimal(str(house.baths)),
        "living_area": house.living_area,
        "lot_size_acres": Decimal(str(house.lot)),
        "year_built": house.year_built,
        "stories": stories,
        "garage_spaces": house.garage,
        "features": features,
        "public_remarks": _remarks(house, beds, features, dice),
    }


def _sub_type(house: House, dice: random.Random) -> str:
    if house.living_area >= 1500:
        return Listing.SubType.SINGLE_FAMILY
    kinds = (Listing.SubType.SINGLE_FAMILY, Listing.SubType.TOWNHOUSE, Listing.SubType.CONDOMINIUM)
    return dice.choices(kinds, (50, 30, 20))[0]


def _features(house: House, stories: int, dice: random.Random) -> list[str]:
    odds = {"fenced_yard": 0.55, "ac": 0.9, "basement": 0.05, "accessible_entry": 0.15, "no_hoa": 0.4}
    features = [name for name, chance in odds.items() if dice.random() < chance]
    if house.pool:
        features.append("pool")
    if stories == 1:
        features.append("single_story")
    if house.place.name == "Harbor Point" and dice.random() < 0.5:
        features.append("waterfront")
    return sorted(features)


OPENERS = (
    "{beds} bedrooms and {baths} baths in {place}.",
    "Built in {year}, with {area:,} square feet on {lot} acres.",
    "{area:,} square feet of living space on {street_side}.",
)
ROOMS = (
    "Open kitchen with a gas range and an island.",
    "Hardwood floors in the living areas.",
    "Split floor plan with a large primary bedroom.",
    "Tall windows and a covered back patio.",
    "Separate laundry room and a walk-in pantry.",
)
UPKEEP = {
    2: "Ready for your updates.",
    3: "Kept in steady repair.",
    4: "Roof and water heater replaced in recent years.",
    5: "Renovated throughout.",
}
SIDES = ("a corner lot", "a quiet street", "a tree-lined street", "a cul-de-sac")


def _remarks(house: House, beds: int, features: list[str], dice: random.Random) -> str:
    facts = {
        "beds": beds,
        "baths": f"{house.baths:g}",
        "place": house.place.name,
        "year": house.year_built,
        "area": house.living_area,
        "lot": house.lot,
        "street_side": dice.choice(SIDES),
    }
    parts = [dice.choice(OPENERS).format(**facts), dice.choice(ROOMS), UPKEEP[house.condition]]
    if "pool" in features:
        parts.append("In-ground pool.")
    if house.garage:
        parts.append(f"{house.garage}-car garage.")
    return " ".join(parts)


def _rounded(amount: float) -> Decimal:
    """Round to whole thousands, less a hundred, like asking prices."""
    return Decimal(max(60, round(amount / 1000)) * 1000 - 100)
