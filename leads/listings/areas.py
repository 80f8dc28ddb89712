"""Areas: the places our listings lie in, and which of them a caller's words mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from leads.errors import ServiceError
from leads.models import AreaKind, Listing
from leads.spoken_forms import spoken_list

SOUNDS_ALIKE = 0.85  # "Willow Creak" is Willow Creek (0.92); Cedar Hollow and Cedar Hills are not (0.78)
WORTH_SUGGESTING = 0.5
SUGGESTIONS = 3
COLUMNS = {
    AreaKind.NEIGHBORHOOD: "subdivision_name",
    AreaKind.CITY: "city",
    AreaKind.POSTAL: "postal_code",
}


@dataclass(frozen=True, slots=True)
class Area:
    """A place: its kind (city, postal, neighborhood) and its name as our listings spell it."""

    kind: str
    name: str


def known_areas() -> list[Area]:
    """List every city, ZIP code and neighborhood of our listings."""
    found: list[Area] = []
    for kind, column in COLUMNS.items():
        names = Listing.objects.order_by(column).values_list(column, flat=True).distinct()
        found += [Area(kind.value, name) for name in names if name]
    return found


def neighborhood_names() -> list[str]:
    """List the names of our listings' neighborhoods."""
    return [area.name for area in known_areas() if area.kind == AreaKind.NEIGHBORHOOD]


def resolve_areas(wanted: Iterable[Area]) -> tuple[Area, ...]:
    """Return the known places that the wanted ones mean.

    Raises ServiceError UNKNOWN_AREA, with up to three suggestions, when one of them means none.
    """
    known = known_areas()
    return tuple(dict.fromkeys(_resolved(area, known) for area in wanted))


def _resolved(wanted: Area, known: list[Area]) -> Area:
    ranked = sorted(((_likeness(wanted, area), area) for area in known), key=lambda pair: -pair[0])
    if ranked and ranked[0][0] >= SOUNDS_ALIKE:
        return ranked[0][1]
    close = [area.name for likeness, area in ranked if likeness >= WORTH_SUGGESTING and area.kind != AreaKind.POSTAL]
    suggestions = list(dict.fromkeys(close))[:SUGGESTIONS]
    ask = f" Did you mean {spoken_list(suggestions)}?" if suggestions else " Which other area would you like?"
    raise ServiceError(
        "UNKNOWN_AREA",
        f"no listing lies in {wanted.name!r}",
        say=f"I don't have homes in {wanted.name}.{ask}",
        retryable=True,
        fields=["areas"],
        suggestions=suggestions,
    )


def _likeness(wanted: Area, known: Area) -> float:
    """Similarity from 0 to 1. Of two equal names the one of the wanted kind wins; digits must match exactly."""
    said, name = _bare(wanted.name), _bare(known.name)
    if known.kind == AreaKind.POSTAL or said.isdigit():
        return float(said == name)
    same_kind = 0.001 if known.kind == wanted.kind else 0.0
    return SequenceMatcher(None, said, name).ratio() + same_kind


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
