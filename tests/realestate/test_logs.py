"""What the logs must not contain."""

import logging
import sys

import structlog

from realestate.logs import exception_text
from realestate.settings import LOGGING


class Refused(Exception):
    """A database's refusal, worded as PostgreSQL does."""


def told(error: BaseException) -> str:
    """The error as a log shows it."""
    try:
        raise error
    except BaseException:
        info = sys.exc_info()
    assert info[0] is not None
    return exception_text(info)


def test_a_refused_row_is_not_quoted() -> None:
    refusal = Refused('violates "call_number_is_e164"\nDETAIL:  Failing row contains (Maria\nLopez, +15125550155).')
    text = told(refusal)
    assert 'violates "call_number_is_e164"' in text
    assert "Maria" not in text
    assert "Lopez" not in text


def test_nor_is_it_where_the_refusal_is_the_cause_or_one_of_several() -> None:
    refusal = Refused("invalid input syntax for type json\nCONTEXT:  JSON data, line 1: Maria Lopez")
    later = ValueError("not kept")
    later.__cause__ = refusal
    assert "Maria" not in told(later)
    assert "not kept" in told(later)
    assert "Maria" not in told(ExceptionGroup("call broke", [refusal]))


def test_every_log_uses_it() -> None:
    assert _renderer().format_exception is exception_text


def test_addresses_with_what_was_searched_for_are_not_logged() -> None:
    assert logging.getLevelNamesMapping()[LOGGING["loggers"]["uvicorn.access"]["level"]] > logging.INFO  # type: ignore[index]


def _renderer() -> structlog.processors.ExceptionRenderer:
    chain = LOGGING["formatters"]["structured"]["foreign_pre_chain"]  # type: ignore[index]
    [renderer] = [each for each in chain if isinstance(each, structlog.processors.ExceptionRenderer)]
    return renderer
