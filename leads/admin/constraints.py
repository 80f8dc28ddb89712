"""What the database refuses, in the words of the constraint it names."""

from collections.abc import Iterator

from django.apps import apps
from django.db import IntegrityError
from django.db.models import BaseConstraint, Model, UniqueConstraint

NO_ROOM = "A value is too large, or holds a character that cannot be stored."
TOGETHER = (
    "This was not saved: it does not go together with what is stored, perhaps since a moment ago. "
    "Look at it again and save once more."
)


def sentence_for(error: Exception) -> str:
    """Why the database refused, as a sentence for the person at the form."""
    if not isinstance(error, IntegrityError):
        return NO_ROOM
    named = str(error)
    columns = named.partition("failed: ")[2]  # SQLite names the columns of a unique index, PostgreSQL its name
    for model, constraint in all_constraints():
        if constraint.name in named or (columns and _columns(model, constraint) == columns):
            return str(constraint.get_violation_error_message())
    return TOGETHER


def all_constraints() -> Iterator[tuple[type[Model], BaseConstraint]]:
    """Every named constraint of every model."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            yield model, constraint


def _columns(model: type[Model], constraint: BaseConstraint) -> str:
    """How SQLite names a unique index: by its columns."""
    if not isinstance(constraint, UniqueConstraint):
        return ""
    columns = {field.name: field.column for field in model._meta.concrete_fields}
    return ", ".join(f"{model._meta.db_table}.{columns[name]}" for name in constraint.fields)
