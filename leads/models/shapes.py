"""The shapes of the CRM's JSON columns, and what is made of a value that has another one. Pure."""

import math
from typing import Any

from django.db import models

from leads.models.base import Shape
from leads.text import one_line

MOST_AREAS, LONGEST_AREA = 10, 60
MOST_WORDS, LONGEST_WORD = 30, 60
WEEK = range(7)


class AreaKind(models.TextChoices):
    """What kind of place a name stands for."""

    CITY = "city"
    POSTAL = "postal"
    NEIGHBORHOOD = "neighborhood"


def workdays_in(value: Any) -> list[int]:
    """Return the weekdays in it, Monday is 0; none where there are none."""
    days = [_whole(day) for day in value] if isinstance(value, list) else []
    return [day for day in dict.fromkeys(days) if day is not None and day in WEEK]


def areas_in(value: Any) -> list[dict[str, str]]:
    """Return the places in it as {"kind", "name"}; a bare name is a neighborhood."""
    places = (_area(each) for each in _several(value)[: 10 * MOST_AREAS])
    return [place for place in places if place["name"]][:MOST_AREAS]


def words_in(value: Any) -> list[str]:
    """Return the words in it."""
    words = (one_line(each, LONGEST_WORD) for each in _several(value)[: 10 * MOST_WORDS] if isinstance(each, str))
    return [word for word in words if word][:MOST_WORDS]


def object_in(value: Any) -> dict[str, Any]:
    """Return the object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects_in(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def objects_by_name(value: Any) -> dict[str, dict[str, Any]]:
    """Return the objects by their names, without what is none."""
    return {name: each for name, each in object_in(value).items() if isinstance(each, dict)}


def numbers_in(value: Any) -> list[float]:
    """Return the finite numbers of a list."""
    return [each for each in value if _is_number(each)] if isinstance(value, list) else []


WORKDAYS = Shape(workdays_in, "Weekdays are a list of numbers, Monday is 0 and Sunday 6: [0, 1, 2, 3, 4].")
AREAS = Shape(
    areas_in,
    f'Areas are a list of at most {MOST_AREAS}: [{{"kind": "neighborhood", "name": "Willow Creek"}}]; '
    "a kind is city, postal or neighborhood.",
)
WORDS = Shape(words_in, f'This is a list of at most {MOST_WORDS} short words: ["pool", "garage"].')
OBJECT = Shape(object_in, 'This is an object: {"name": "value"}.')
OBJECTS = Shape(objects_in, 'This is a list of objects: [{"name": "value"}].')
OBJECTS_BY_NAME = Shape(objects_by_name, 'This is an object of objects: {"field": {"name": "value"}}.')
NUMBERS = Shape(numbers_in, "This is a list of numbers.")


def _several(value: Any) -> list[Any]:
    """A list as it is; one alone as a list of one."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str | dict) else []


def _area(each: Any) -> dict[str, str]:
    given = each if isinstance(each, dict) else {"name": each}
    kind, name = given.get("kind"), given.get("name")
    known = kind if kind in AreaKind.values else AreaKind.NEIGHBORHOOD.value
    return {"kind": str(known), "name": one_line(name, LONGEST_AREA) if isinstance(name, str) else ""}


def _whole(day: Any) -> int | None:
    if isinstance(day, str) and day.strip() in map(str, WEEK):
        return int(day)
    return int(day) if _is_number(day) and day == int(day) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
