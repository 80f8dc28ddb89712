"""What every page of the back office has in common: whose rows it offers, and how it says what is wrong.

A relation in a form offers the rows that the related model's own list would show this user, so one rule (each admin's
`get_queryset`) decides for lists, forms, inlines, autocompletion, actions and addresses alike. What the database
refuses is said in a sentence above the form, with all that was typed.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation, InlineModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DataError, IntegrityError
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from leads.admin.constraints import sentence_for
from leads.admin.lookups import LONGEST_VALUE, OfficeList, may_be_asked, names_of_filters

REFUSED_BY_THE_DATABASE = (IntegrityError, DataError, OverflowError, UnicodeEncodeError)
ON_THE_FORM = ActionLocation.CHANGE_FORM.value
SAVING = {"_save", "_continue", "_addanother"}
UNSAVED = "This page has changes that are not saved: save them first, then choose the action again. Nothing was done."
_UNREADABLE = (ValidationError, ValueError, TypeError, OverflowError)


class OfficeAutocomplete(AutocompleteSelect):
    """A relation that is searched for. An id that is none is not looked up, so the page can say that it is wrong."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """The chosen row, if there is one."""
        return super().optgroups(name, [each for each in value if self._is_key(each)], attrs)

    def _is_key(self, text: Any) -> bool:
        try:
            self.field.target_field.to_python(text)
        except _UNREADABLE:
            return False
        return True


class OfficeForm(forms.ModelForm[Any]):
    """A form that checks all constraints of its model, also those that name fields it does not show."""

    refusal: str | None = None  # the database has refused this already; empty when another form of the page says so

    def clean(self) -> dict[str, Any]:
        """Say why the database refused; then nothing else needs checking."""
        if self.refusal is None:
            return super().clean() or {}
        if self.refusal:
            self.add_error(None, self.refusal)
        return self.cleaned_data

    def validate_constraints(self) -> None:
        """Leave out only what is wrong already: Django leaves out every constraint with a field of another form."""
        try:
            self.instance.validate_constraints(exclude=set(self.errors))
        except ValidationError as error:
            self.add_error(None, ValidationError(error.messages))


class OfficeAdmin(admin.ModelAdmin[Any]):
    """The pages of one model."""

    form = OfficeForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, its relations limited to what the user may see."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        limit_relations(form, request, [obj] if obj else [])
        form.refusal = _refusal_of(request)
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The field of a relation; one that is searched for keeps quiet about an id that is none."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", OfficeAutocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OfficeList]:
        """The list."""
        return OfficeList

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Whether the list may be filtered so: by a filter it shows, by its dates, or by the row's own id."""
        opts = self.model._meta
        filters = [*names_of_filters(self.get_list_filter(request)), opts.pk.name, "pk"]
        if self.date_hierarchy:
            filters.append(self.date_hierarchy)
        if not may_be_asked(lookup, value, filters, frozenset({opts.pk.name, "id", "pk"})):
            return False
        return bool(super().lookup_allowed(lookup, value, request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search as usual; no text is too long, and none holds what a database cannot."""
        return super().get_search_results(request, queryset, search_term.replace("\0", "")[:LONGEST_VALUE])

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address fills in, as far as the fields can hold it."""
        given = super().get_changeform_initial_data(request)
        return {name: value for name, value in given.items() if self._can_hold(name, value)}

    def response_action(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> HttpResponse | None:
        """Run an action on the chosen rows, as far as the user sees them; an id that is none is said to be so."""
        if not all(self._is_key(each) for each in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            self.message_user(request, "Choose rows of this list; nothing was done.", messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, action_location=action_location)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show and save the form. What the database refuses is shown as a sentence, with all that was typed."""
        page = super().changeform_view
        if self._is_action(request) and self._has_unsaved_edits(request, object_id):
            request.POST = _without_actions(request.POST)  # type: ignore[assignment]
            refuse(request, UNSAVED)
        try:
            return page(request, object_id, form_url, extra_context)
        except REFUSED_BY_THE_DATABASE as error:
            refuse(request, sentence_for(error))
            return page(request, object_id, form_url, extra_context)

    def _is_action(self, request: HttpRequest) -> bool:
        """Whether an action was chosen on the page of one row, and not a button that saves."""
        return f"{ON_THE_FORM}-action" in request.POST and not SAVING & request.POST.keys()

    def _has_unsaved_edits(self, request: HttpRequest, object_id: str | None) -> bool:
        """Whether the form that came with an action differs from what is stored."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if row is None or not self.has_change_permission(request, row):
            return False
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        form = self.get_form(request, row, change=True, fields=fields)(request.POST, instance=row)
        formsets, _ = self._create_formsets(request, row, change=True)  # type: ignore[attr-defined]
        return form.has_changed() or any(formset.has_changed() for formset in formsets)

    def _can_hold(self, name: str, value: Any) -> bool:
        try:
            field = self.model._meta.get_field(name)
            for each in value if isinstance(value, list) else [value]:
                (field.target_field if field.remote_field else field).to_python(each)
        except (FieldDoesNotExist, *_UNREADABLE):
            return False
        return not isinstance(field, DateTimeField)  # its two boxes cannot show a text

    def _is_key(self, text: str) -> bool:
        try:
            self.model._meta.pk.to_python(text)
        except _UNREADABLE:
            return False
        return True


class OfficeInline(InlineModelAdmin[Any, Any]):
    """Rows edited on another row's page; beside one of Django's inlines, which has the layout."""

    form = OfficeForm

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The rows' forms, their relations limited to what the user may see."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        rows = self.get_queryset(request).filter(**{formset.fk.name: obj}) if obj else []
        limit_relations(formset.form, request, rows)
        formset.form.refusal = None if _refusal_of(request) is None else ""
        return formset


def _without_actions(posted: QueryDict) -> QueryDict:
    """A form as it was posted, without the action that was chosen on it."""
    kept = posted.copy()
    for name in (f"{ON_THE_FORM}-action", "index"):
        kept.pop(name, None)
    return kept


def refuse(request: HttpRequest, sentence: str) -> None:
    """From here on the page's form is not saved, and says why."""
    request.office_refusal = sentence  # type: ignore[attr-defined]


def _refusal_of(request: HttpRequest) -> str | None:
    return getattr(request, "office_refusal", None)


def limit_relations(form: Any, request: HttpRequest, rows: Iterable[Model]) -> None:
    """Limit each relation of a form class to what the user may see, and to what these rows hold already."""
    for name, field in form.base_fields.items():
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            visible = _visible(request, field.queryset)
            if visible is not None:
                held = [key for row in rows if (key := getattr(row, f"{name}_id", None))]
                field.queryset = field.queryset.filter(Q(pk__in=visible.values("pk")) | Q(pk__in=held))


def _visible(request: HttpRequest, offered: QuerySet[Any]) -> QuerySet[Any] | None:
    """The rows of that model this user's own list would show; None for models that have no list."""
    if offered.model is User:
        return User.objects.filter(is_staff=True, is_active=True)
    try:
        return admin.site.get_model_admin(offered.model).get_queryset(request).order_by()
    except NotRegistered:
        return None
