"""Work through rows one by one, so that one that cannot be read does not stand for all others."""

from collections.abc import Callable, Iterable

import structlog
from django.db import DatabaseError
from django.db.models import Model

log = structlog.get_logger(__name__)


def row_by_row[OneRow: Model, Made](rows: Iterable[OneRow], make: Callable[[OneRow], Made]) -> list[Made]:
    """Return what is made of each row, without those of which it cannot be made; the log names them.

    A database that does not answer is no fault of a row, and is raised.
    """
    made = []
    for row in rows:
        try:
            made.append(make(row))
        except DatabaseError:
            raise
        except Exception as error:
            log.exception("row left out", row=row._meta.label, id=str(row.pk), error=type(error).__name__)
    return made
