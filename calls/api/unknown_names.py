"""Fields and query names this API does not know are refused by name: a misspelled one would change what is done."""

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import wraps
from typing import Any

from django.http import HttpRequest

from calls.api.errors import ApiError

MOST_NAMED = 5
LONGEST_NAMED = 60


def known_names_only[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Decorate an operation: query names that are none of its parameters are refused, and those given twice."""
    parameters = [name for name in inspect.signature(view).parameters if name not in ("request", "payload")]

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        request: Any = args[0]
        in_path = request.resolver_match.kwargs if request.resolver_match else {}
        _check_query(request, [name for name in parameters if name not in in_path])
        return view(*args, **kwargs)

    return checked


def _check_query(request: HttpRequest, known: list[str]) -> None:
    problems = [unknown_name(name, known) for name in request.GET if name not in known]
    problems += [f"{name}: given twice" for name in known if len(request.GET.getlist(name)) > 1]
    if problems:
        raise ApiError(400, "bad_request", "; ".join(problems[:MOST_NAMED]))


def unknown_name(name: str, known: Iterable[str]) -> str:
    """Say that there is no such field, and which one was probably meant."""
    shown = name if len(name) <= LONGEST_NAMED else f"{name[:LONGEST_NAMED]}…"
    names = sorted(known)
    if nearest := nearest_name(name, names):
        return f"{shown}: no such name; did you mean {nearest}?"
    return f"{shown}: no such name; there {f'are {", ".join(names)}' if names else 'is none here'}"


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Return the name that was probably meant, whatever its case and underscores; "" when none is near."""
    plain = {_plain(each): each for each in known}
    near = get_close_matches(_plain(name[:LONGEST_NAMED]), plain, n=1, cutoff=0.6)
    return plain[near[0]] if near else ""


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()
