"""The admin of calls: read-only, with transcript and tool uses. Prices are added, never edited."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from calls.api.tokens import tokens_visible_to
from calls.compliance.hold_back import mark_read
from calls.lead_actions.admin import CallableLeadAdmin
from calls.models import (
    ApiToken,
    Call,
    CallEvent,
    CallMeasurement,
    Comparison,
    EngineSpan,
    Price,
    Recording,
    ToolUse,
    Turn,
    Usage,
)
from leads.admin import OfficeAdmin, OfficeForm, StaffFilter
from leads.staff_pages import signed_in_user

__all__ = ["CallableLeadAdmin"]  # registered by its own module


class ReadOnly(OfficeAdmin):
    """Rows that calls write and people only read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Rows(admin.TabularInline[Any, Any]):
    """Rows of one call, read-only."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Transcript(Rows):
    model = Turn
    verbose_name_plural = "transcript"
    fields = ("speaker", "text", "engine", "started_ms", "latency_ms", "interrupted", "confidence")
    readonly_fields = fields


class ToolUses(Rows):
    model = ToolUse
    fields = ("name", "arguments", "result", "ok", "engine", "started_at", "finished_at")
    readonly_fields = fields


class Engines(Rows):
    model = EngineSpan
    fields = ("engine", "started_at", "ended_at", "end_reason")
    readonly_fields = fields


class Recordings(Rows):
    model = Recording
    fields = ("sid", "status", "seconds", "channels", "rms")
    readonly_fields = fields


class Measurements(Rows):
    model = CallMeasurement
    fields = ("metric", "value", "unit", "basis")
    readonly_fields = fields


class UsageRows(Rows):
    model = Usage
    fields = ("meter", "model", "quantity", "key")
    readonly_fields = fields


class Events(Rows):
    model = CallEvent
    verbose_name_plural = "log"
    fields = ("at", "kind", "data")
    readonly_fields = fields


@admin.register(Call)
class CallAdmin(ReadOnly):
    """Calls, newest first."""

    list_display = ("queued_at", "lead", "type", "status", "outcome", "duration_seconds", "placed_by", "simulated")
    list_filter = (
        "type",
        "status",
        "outcome",
        "simulated",
        "agent_mode",
        ("placed_by", StaffFilter),
    )
    search_fields = ("lead__first_name", "lead__last_name", "lead__email", "to_number", "twilio_sid")
    search_help_text = "Lead's name or e-mail, number dialed, or the carrier's sid"
    date_hierarchy = "queued_at"
    list_select_related = ("lead", "placed_by")
    list_per_page = 50
    exclude = ("stream_token",)
    actions = ("mark_as_read",)
    inlines = (Transcript, ToolUses, Engines, Recordings, Measurements, UsageRows, Events)

    @admin.action(description="Read: AI may call again")
    def mark_as_read(self, request: HttpRequest, queryset: QuerySet[Call]) -> None:
        """A person has read, or heard, these calls, and put down what was asked for: their leads wait no more."""
        read = sum(mark_read(call, by=signed_in_user(request).username) for call in queryset)
        self.message_user(request, f"Marked as read: {read}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        """The calls to leads the user may see, as on the dashboard."""
        return (
            super().get_queryset(request).filter(pk__in=Call.objects.visible_to(signed_in_user(request)).values("pk"))
        )


class ComparedCalls(Rows):
    model = Call
    verbose_name_plural = "calls"
    fields = ("type", "status", "outcome", "duration_seconds", "to_number", "error_code")
    readonly_fields = fields
    show_change_link = True


@admin.register(Comparison)
class ComparisonAdmin(ReadOnly):
    """Side-by-side test calls."""

    list_display = ("created_at", "lead", "agent_mode", "persona", "placed_by")
    list_filter = ("agent_mode", "persona")
    search_fields = ("lead__first_name", "lead__last_name")
    list_select_related = ("lead", "placed_by")
    inlines = (ComparedCalls,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comparison]:
        """The comparisons with leads the user may see."""
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=Comparison.objects.visible_to(signed_in_user(request)).values("pk"))
        )


@admin.register(Price)
class PriceAdmin(OfficeAdmin):
    """Dated prices. A new price is a new row, so that old calls keep their cost."""

    list_display = ("meter", "model", "unit_price", "effective_from", "source")
    list_filter = ("meter", "effective_from")
    search_fields = ("meter", "model", "source")

    def has_change_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        return False


class ApiTokenForm(OfficeForm):
    """A token, of which only the end can be changed, and only to an earlier one."""

    def clean_revoked_at(self) -> datetime | None:
        """What is revoked stays so: somebody may have revoked it because it leaked."""
        asked: datetime | None = self.cleaned_data["revoked_at"]
        if asked is None and self.initial.get("revoked_at"):
            raise ValidationError("A revoked token stays revoked. Issue another one.")
        return asked


@admin.register(ApiToken)
class ApiTokenAdmin(OfficeAdmin):
    """Tokens of the JSON API: listed for their owner and managers, revoked here, issued by `manage.py api_token`."""

    form = ApiTokenForm
    list_display = ("user", "hint", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("user", StaffFilter),)
    list_select_related = ("user",)
    fields = ("user", "hint", "created_at", "last_used_at", "expires_at", "revoked_at")
    readonly_fields = ("user", "hint", "created_at", "last_used_at", "expires_at")
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """The user's own; all of them for managers."""
        visible = tokens_visible_to(signed_in_user(request))
        return super().get_queryset(request).filter(pk__in=visible.values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Everybody on the staff has tokens, or may have."""
        return signed_in_user(request).is_staff

    def has_view_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """Everybody sees what the list shows them."""
        return signed_in_user(request).is_staff

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """Who sees a token may revoke it."""
        return signed_in_user(request).is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """A token that was used once stays on record."""
        return False

    @admin.action(description="Revoke", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """End these tokens now."""
        revoked = queryset.filter(revoked_at__isnull=True).update(revoked_at=now())
        self.message_user(request, f"Revoked {revoked}.")
