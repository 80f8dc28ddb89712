"""One HTTP request with its response, and the problems a check finds in it."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers


@dataclass(frozen=True)
class Question:
    """A request: its body, its query string."""

    body: bytes
    query: str
    headers: Headers


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def good(self) -> bool:
        return self.status < 400

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip()

    def json(self) -> Any:
        """None when it is no JSON."""
        return read_json(self.body)


# Keyword arguments of ``Complaints.check``.
type Finding = dict[str, Any]
type Judge = Callable[[Question, Answer], Iterator[Finding]]


def finding(source: str, by: str, message: str, problems: Iterable[str] = ()) -> Finding:
    return {"source": source, "by": by, "message": message, "problems": list(problems)}


def parsed(body: bytes | str) -> Any:
    """JSON as the vendors read it. Raises ValueError: also for NaN, for half a surrogate pair, for endless brackets."""
    try:
        value = json.loads(body, parse_constant=_no_json)
        if (b"\\u" if isinstance(body, bytes) else "\\u") in body:  # type: ignore[operator]
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def _no_json(name: str) -> None:
    """Python reads NaN and Infinity, JSON has neither."""
    raise ValueError(name)


def read_json(body: bytes | str) -> Any:
    """None when it is no JSON."""
    try:
        return parsed(body)
    except ValueError:
        return None
