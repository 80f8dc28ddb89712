"""The abstract base of the CRM's models, and of the columns that always read as a value the program knows.

A row may be older than a rule, or come from another program's import. One such value must not end a call, or hide the
rows beside it. So these columns put it right as it is read: what was meant if that is clear, else what the brokerage
goes by. Forms refuse such a value, and `manage.py check --database default` names the rows that hold one.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.forms.fields import InvalidJSONInput
from django.utils.timezone import now

from leads.text import one_line, storable

E164 = r"^\+[1-9][0-9]{7,14}$"
LONGEST_EXTENSION = 12

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
    _JSONField = models.JSONField[Any, Any]
else:
    _CharField, _JSONField = models.CharField, models.JSONField


class Row(models.Model):
    """Adds an opaque id, and when the row was created and last changed (UTC)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class LineField(_CharField):
    """A column of one line that can be read: a name, an address.

    Control and direction characters turn the text around it on every page and prompt, so they are neither stored nor,
    where a row is older than this rule, read. Migrations see a plain CharField.
    """

    def deconstruct(self) -> Any:
        """Describe the column to migrations, as a plain one."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """The line without what cannot be seen."""
        return value and self._line(value)

    def get_prep_value(self, value: Any) -> Any:
        """The same, stored; a text that is too long is left for the database to refuse."""
        prepared = super().get_prep_value(value)
        return self._line(prepared) if isinstance(prepared, str) else prepared

    def to_python(self, value: Any) -> Any:
        """The same, from a form."""
        given = super().to_python(value)
        return self._line(given) if isinstance(given, str) else given

    def _line(self, text: str) -> str:
        return one_line(text, max(len(text), 1))


class KnownNameField(_CharField):
    """A column that holds one of many known names, and reads as one of them whatever is in it.

    Migrations see a plain CharField: they have to see what is really there.
    """

    says = ""  # what it must be, to whoever typed something else

    def find(self, written: object) -> str | None:
        """The known name that was meant, None if that is not clear."""
        raise NotImplementedError

    def fallback(self) -> str:
        """The name to go by where none is known."""
        raise NotImplementedError

    def names(self) -> list[Any]:
        """The choices of a form."""
        raise NotImplementedError

    def deconstruct(self) -> Any:
        """Describe the column to migrations, as a plain one."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """What was meant, else what the brokerage goes by."""
        return value if value is None else self.find(value) or self.fallback()

    def value_from_object(self, obj: models.Model) -> Any:
        """The value a form begins with: the one the program goes by."""
        return self.find(super().value_from_object(obj)) or self.fallback()

    def to_python(self, value: Any) -> Any:
        """The known name that was meant, else the value as it is, for `validate` to refuse."""
        return self.find(value) or value

    def validate(self, value: Any, model_instance: Any) -> None:
        """Refuse a name that is not known."""
        super().validate(value, model_instance)
        if self.find(value) is None:
            raise ValidationError(self.says, code="unknown")

    def formfield(self, **kwargs: Any) -> Any:
        """A list to choose from."""
        given = {**kwargs, "widget": forms.Select, "choices": self.names, "show_hidden_initial": False}
        return models.Field.formfield(self, form_class=forms.ChoiceField, **given)


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a JSON value. `read` makes the best of any value, and leaves one of the shape as it is."""

    read: Callable[[Any], Any]
    says: str  # what it must be, to whoever typed something else


class ShapedBox(forms.JSONField):
    """A form's box of JSON, which any text may be put into: endless brackets, half letters, numbers without an end."""

    def to_python(self, value: Any) -> Any:
        """The value, or an error of the form for a text that Python reads no value from."""
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": "…"}) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the box shows again: the text as it was typed where no value can be read from it."""
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return InvalidJSONInput(data)

    def prepare_value(self, value: Any) -> Any:
        """The text of a value that a page can hold."""
        return super().prepare_value(value if isinstance(value, InvalidJSONInput) else storable(value))


class ShapedField(_JSONField):
    """A JSON column of one shape, and reads as one whatever is in it; what no database can hold is left out.

    Migrations see a plain JSONField: they have to see what is really there.
    """

    def __init__(self, *args: Any, shape: Shape, **kwargs: Any) -> None:
        self.shape = shape
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Describe the column to migrations, as a plain one."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def clone(self) -> Any:
        """A copy, with its shape, for models that inherit the field."""
        _, _, args, kwargs = self.deconstruct()
        return type(self)(*args, shape=self.shape, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The value, put into its shape."""
        if isinstance(expression, KeyTransform):
            return super().from_db_value(value, expression, connection)
        if value is None:
            return None
        try:
            return self.shape.read(json.loads(value, cls=self.decoder))
        except (ValueError, RecursionError):  # numbers of thousands of digits, and what is nested endlessly
            return self.shape.read(None)

    def get_prep_value(self, value: Any) -> Any:
        """The value without what a database refuses."""
        return super().get_prep_value(storable(value))

    def validate(self, value: Any, model_instance: Any) -> None:
        """Refuse a value of another shape."""
        super().validate(value, model_instance)
        if value not in (None, *self.empty_values) and self.shape.read(value) != value:
            raise ValidationError(self.shape.says, code="shape")

    def formfield(self, **kwargs: Any) -> Any:
        """The box of a form."""
        return super().formfield(**{"form_class": ShapedBox, **kwargs})

    def value_from_object(self, obj: models.Model) -> Any:
        """The value a form begins with: the one the program goes by."""
        value = super().value_from_object(obj)
        return value if value is None else self.shape.read(value)
