"""Name the rows that hold a value no form would take: `manage.py check --database default`, and `manage.py migrate`.

Such a value is read as what it most likely means, so that no call fails for it (`leads/models/base.py`). Here it is
said, so that somebody puts it right.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError, models
from django.db.models import Count, TextField
from django.db.models.functions import Cast

from leads.models import KnownNameField, ShapedField
from leads.text import one_line

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class UnsoundValue:
    """A value of a column, how many rows have it, and what it is read as."""

    model: str
    field: str
    value: str
    rows: int
    read_as: str

    def __str__(self) -> str:
        rows = "1 row has" if self.rows == 1 else f"{self.rows} rows have"
        return f"{self.model}: {rows} {self.value!r} as {self.field}, which is read as {self.read_as}"


def rows_are_sound(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A warning for each value that is read as another one; nothing while there are no tables yet."""
    try:
        found = [value for database in databases or () for value in unsound_values(database)]
    except DatabaseError:
        return []
    return [Warning(str(value), hint="Correct it in the back office.", id="ringside.W060") for value in found]


def unsound_values(database: str = "default") -> Iterator[UnsoundValue]:
    """Find the values that are not read as they are, of what people and other programs write: the CRM's rows."""
    for model in apps.get_app_config("leads").get_models():
        for field in model._meta.get_fields():
            if isinstance(field, KnownNameField | ShapedField):
                yield from _unsound(model, field, database)


def _unsound(model: type[models.Model], field: KnownNameField | ShapedField, database: str) -> Iterator[UnsoundValue]:
    rows = model._default_manager.using(database).annotate(kept=Cast(field.name, TextField())).order_by()
    for kept, count in rows.values_list("kept").annotate(rows=Count("pk")).iterator():
        read = field.from_db_value(kept, None, None)
        if kept is not None and read != _as_kept(field, kept):
            name = str(field.verbose_name)
            yield UnsoundValue(str(model._meta.label), name, one_line(kept, 60), count, one_line(str(read), 60))


def _as_kept(field: KnownNameField | ShapedField, kept: str) -> Any:
    if isinstance(field, KnownNameField):
        return kept
    try:
        return json.loads(kept)
    except (ValueError, RecursionError):
        return kept
