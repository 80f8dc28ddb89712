"""Log formatting of failures: where it happened and what broke, never the values it broke on.

PostgreSQL quotes the refused row (names, numbers, transcripts) in the lines after a message's first.
"""

import re
import traceback
from collections.abc import Iterator
from types import TracebackType

type ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]

_QUOTES = re.compile(r"\n(?:[^\S\n]|\|)*(?:DETAIL|CONTEXT|LINE \d+):", re.ASCII)


def exception_text(exc_info: ExceptionInfo) -> str:
    """The traceback with its causes; only the first line of messages that quote a row."""
    kind, error, trace = exc_info
    shown = traceback.TracebackException(kind, error, trace)
    for one in _each(shown):
        message = str(one)
        if _QUOTES.search(message):
            one._str = message.partition("\n")[0]  # type: ignore[attr-defined]  # there is no public way to it
    return "".join(shown.format()).rstrip("\n")


def _each(shown: traceback.TracebackException | None) -> Iterator[traceback.TracebackException]:
    if shown is None:
        return
    yield shown
    yield from _each(shown.__cause__)
    yield from _each(shown.__context__)
    for one in shown.exceptions or ():
        yield from _each(one)
