"""Leads whose names say which call of the run is theirs, so that a model knows what it is asked about."""

import re

NAME = re.compile(r"\bLead(\d{4})\b")


def name_of(number: int) -> str:
    """The first name of the lead of a call, by which the models know what they are talking about."""
    return f"Lead{number:04d}"


def number_named(text: str) -> int | None:
    """The call a text is about."""
    found = NAME.search(text)
    return int(found[1]) if found else None
