"""What a list of the back office may be filtered by: the filters it shows and its dates, nothing else.

Django lets any column be asked for by its address, so `?stream_token__regex=^a` tells a secret letter by letter, and a
pattern that is none, or never ends, breaks the page.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import Field, QuerySet
from django.http import HttpRequest

LONGEST_VALUE = 200
COMPARISONS = frozenset({"exact", "in", "isnull", "isempty", "gt", "gte", "lt", "lte"})
DATES = {"year": (2, 9998), "month": (1, 12), "day": (1, 31)}


def may_be_asked(lookup: str, value: Any, filters: Iterable[str], keys: frozenset[str]) -> bool:
    """Whether `lookup` is one of those filters, compared in a plain way. `keys` are names of primary keys."""
    found = next((path for path in filters if lookup == path or lookup.startswith(f"{path}__")), None)
    if found is None:
        return False
    parts = [part for part in lookup.removeprefix(found).split("__") if part]
    if parts and parts[0] in keys:
        del parts[0]
    return _plain(str(value)) and all(part in COMPARISONS or _is_date_part(part, value) for part in parts)


def _plain(value: str) -> bool:
    return len(value) <= LONGEST_VALUE and "\0" not in value


def _is_date_part(part: str, value: Any) -> bool:
    first, last = DATES.get(part, (1, 0))
    return str(value).isascii() and str(value).isdigit() and len(str(value)) < 5 and first <= int(value) <= last


def names_of_filters(filters: Iterable[Any]) -> list[str]:
    """The look-ups of a `list_filter`: fields, fields with a filter's class, and filters of their own."""
    return [_name_of(each) for each in filters]


def _name_of(each: Any) -> str:
    if isinstance(each, list | tuple):
        return str(each[0])
    return str(getattr(each, "parameter_name", each))


class OfficeList(ChangeList):
    """A list whose address may hold anything: what is no date or number leads back to the list, with a word."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Read the filters."""
        try:
            return super().get_filters(request)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Apply them."""
        try:
            return super().get_queryset(request, exclude_parameters)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error


class StaffFilter(admin.RelatedFieldListFilter):
    """A filter by colleague: only who works here, not everybody with an account."""

    def field_choices(self, field: Field[Any, Any], request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> Any:
        """The staff, by the order of the users' own list."""
        staff = User.objects.filter(is_staff=True).order_by("username")
        return [(str(user.pk), str(user)) for user in staff]
