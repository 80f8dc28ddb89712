"""Listing search, by measurable criteria only (place, price, rooms, size, features), as fair housing demands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max, Q, TextField
from django.db.models.functions import Cast

from leads.errors import ServiceError
from leads.listings.areas import COLUMNS, Area, resolve_areas
from leads.models import AreaKind, Listing
from leads.spoken_forms import spoken_count, spoken_price

ON_OFFER = (Listing.Status.ACTIVE, Listing.Status.COMING_SOON)
PRICE_STRETCH = Decimal("1.10")


class Feature(models.TextChoices):
    """Features a search may ask for: of the house, never of the people around it."""

    GARAGE = "garage"
    POOL = "pool"
    FENCED_YARD = "fenced_yard", "fenced yard"
    SINGLE_STORY = "single_story", "single story"
    AC = "ac", "air conditioning"
    BASEMENT = "basement"
    WATERFRONT = "waterfront"
    ACCESSIBLE_ENTRY = "accessible_entry", "step-free entry"
    NO_HOA = "no_hoa", "no owners' association"


class Sort(models.TextChoices):
    """The order of the homes found."""

    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NEWEST = "newest"


ORDER = {
    Sort.PRICE_ASC: ("list_price", "listing_key"),
    Sort.PRICE_DESC: ("-list_price", "listing_key"),
    Sort.NEWEST: ("-listing_contract_date", "listing_key"),
}


@dataclass(frozen=True, slots=True)
class HomeSearch:
    """Search criteria. Prices in dollars, living area in square feet; an empty field is no criterion."""

    areas: tuple[Area, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    beds_min: int | None = None
    baths_min: float | None = None
    living_area_min: int | None = None
    sub_types: tuple[str, ...] = ()
    must_have: tuple[str, ...] = ()
    sort: Sort = Sort.PRICE_ASC
    limit: int = 3


@dataclass(frozen=True, slots=True)
class SearchResult:
    """How many homes match, the first `limit` of them, and the areas as they were understood."""

    total: int
    homes: tuple[Listing, ...]
    areas: tuple[Area, ...]


def find_homes(wanted: HomeSearch, *, now: datetime) -> SearchResult:
    """Find the homes on offer that match.

    Raises ServiceError INVALID_RANGE, STALE_DATA, UNKNOWN_AREA, or NO_MATCH with the nearest change that finds homes.
    """
    _check_prices(wanted)
    _check_freshness(now)
    placed = replace(wanted, areas=resolve_areas(wanted.areas))
    found = _matching(placed)
    if not found.total:
        raise _no_match(placed)
    return found


def listing_as_json(home: Listing) -> dict[str, Any]:
    """Return the fields of a home that any caller may hear, JSON-safe."""
    return {
        "listing_key": home.listing_key,
        "address": home.unparsed_address,
        "neighborhood": home.subdivision_name,
        "city": home.city,
        "price": int(home.list_price),
        "beds": home.bedrooms_total,
        "baths": float(home.bathrooms_total),
        "living_area": home.living_area,
        "year_built": home.year_built,
        "status": home.standard_status,
        "fact": _one_fact(home),
        "spoken": spoken_home(home),
    }


def spoken_home(home: Listing) -> str:
    """ "14 Orchard Lane in Willow Creek, $425,000, 3 bedrooms, 2 baths"."""
    place = f" in {home.subdivision_name}" if home.subdivision_name else ""
    rooms = f"{home.bedrooms_total} bedrooms, {spoken_count(home.bathrooms_total)} baths"
    return f"{home.unparsed_address}{place}, {spoken_price(home.list_price)}, {rooms}"


def _check_prices(wanted: HomeSearch) -> None:
    if wanted.price_min and wanted.price_max and wanted.price_min > wanted.price_max:
        raise ServiceError(
            "INVALID_RANGE",
            "price_min is above price_max",
            say="Let me get the price range right: what is the least and the most you would like to spend?",
            retryable=True,
            fields=["price_min", "price_max"],
        )


def _check_freshness(now: datetime) -> None:
    hours = settings.LISTINGS_STALE_AFTER_HOURS
    newest = Listing.objects.aggregate(newest=Max("modification_timestamp"))["newest"]
    if hours and newest and now - newest > timedelta(hours=hours):
        raise ServiceError(
            "STALE_DATA",
            f"the newest listing data is older than {hours} hours",
            say="Our listings are being updated right now, so I'd rather not quote one. An agent will go through them "
            "with you.",
        )


def _matching(wanted: HomeSearch) -> SearchResult:
    homes = Listing.objects.filter(_criteria(wanted), standard_status__in=ON_OFFER)
    for feature in wanted.must_have:
        homes = _having(homes, feature)
    total = homes.count()
    first = tuple(homes.order_by(*ORDER[wanted.sort])[: wanted.limit]) if total else ()
    return SearchResult(total, first, wanted.areas)


def _criteria(wanted: HomeSearch) -> Q:
    bounds = {
        "list_price__gte": wanted.price_min,
        "list_price__lte": wanted.price_max,
        "bedrooms_total__gte": wanted.beds_min,
        "bathrooms_total__gte": None if wanted.baths_min is None else Decimal(str(wanted.baths_min)),
        "living_area__gte": wanted.living_area_min,
        "property_sub_type__in": list(wanted.sub_types) or None,
    }
    places = Q()
    for area in wanted.areas:
        places |= Q(**{COLUMNS[AreaKind(area.kind)]: area.name})
    return places & Q(**{name: value for name, value in bounds.items() if value is not None})


def _having(homes: "models.QuerySet[Listing]", feature: str) -> "models.QuerySet[Listing]":
    if feature == Feature.GARAGE:
        return homes.filter(garage_spaces__gte=1)
    if feature == Feature.SINGLE_STORY:
        return homes.filter(stories=1)
    # JSON containment is PostgreSQL only; the quoted word in the JSON text says the same on every database
    alias = f"text_{feature}"
    return homes.alias(**{alias: Cast("features", TextField())}).filter(**{f"{alias}__contains": f'"{feature}"'})


def _no_match(wanted: HomeSearch) -> ServiceError:
    tried: list[str] = []
    for name, change in _relaxations(wanted):
        tried.append(name)
        found = _matching(change)
        if found.total:
            return _no_match_error(tried, _nearest(name, found))
    return _no_match_error(tried, None)


def _relaxations(wanted: HomeSearch) -> Iterable[tuple[str, HomeSearch]]:
    """Relax one criterion at a time, the smallest concession first."""
    if wanted.must_have:
        yield "without the extra features", replace(wanted, must_have=())
    if wanted.price_max:
        higher = int(wanted.price_max * PRICE_STRETCH)
        yield f"up to {spoken_price(higher)}", replace(wanted, price_max=higher)
    if wanted.beds_min:
        yield f"with {wanted.beds_min - 1} bedrooms", replace(wanted, beds_min=wanted.beds_min - 1)
    if wanted.baths_min and wanted.baths_min > 1:
        fewer = wanted.baths_min - 1
        yield f"with {spoken_count(fewer)} baths", replace(wanted, baths_min=fewer)
    if wanted.sub_types:
        yield "of another kind", replace(wanted, sub_types=())
    if wanted.areas:
        yield "in other areas", replace(wanted, areas=())


def _nearest(change: str, found: SearchResult) -> dict[str, Any]:
    return {"change": change, "total": found.total, "items": [listing_as_json(home) for home in found.homes]}


def _no_match_error(tried: list[str], nearest: dict[str, Any] | None) -> ServiceError:
    offer = "An agent can look further for you."
    if nearest:
        homes = f"{nearest['total']} homes" if nearest["total"] > 1 else "one home"
        offer = f"{nearest['change'].capitalize()} I have {homes}. Shall I tell you more?"
    return ServiceError(
        "NO_MATCH",
        "no home on offer matches",
        say=f"Nothing on the market matches all of that today. {offer}",
        retryable=True,
        relaxation=nearest,
        relaxations_tried=tried,
    )


FACTS: tuple[tuple[Callable[[Listing], bool], str], ...] = (
    (lambda home: "pool" in home.features, "it has a pool"),
    (lambda home: "waterfront" in home.features, "it is on the water"),
    (lambda home: home.garage_spaces >= 2, "it has a two-car garage"),
    (lambda home: "fenced_yard" in home.features, "the yard is fenced"),
    (lambda home: "no_hoa" in home.features, "there is no owners' association"),
    (lambda home: home.stories == 1, "it is all on one floor"),
)


def _one_fact(home: Listing) -> str:
    return next((fact for holds, fact in FACTS if holds(home)), f"it was built in {home.year_built}")
