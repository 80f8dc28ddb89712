"""The admin of calls: read-only, with transcript and tool uses. Prices are added, never edited."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

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
from leads.staff_pages import signed_in_user

__all__ = ["CallableLeadAdmin"]  # registered by its own module


class ReadOnly(admin.ModelAdmin[Any]):
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
        ("placed_by", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("lead__first_name", "lead__last_name", "lead__email", "to_number", "twilio_sid")
    search_help_text = "Lead's name or e-mail, number dialed, or the carrier's sid"
    date_hierarchy = "queued_at"
    list_select_related = ("lead", "placed_by")
    list_per_page = 50
    exclude = ("stream_token",)
    inlines = (Transcript, ToolUses, Engines, Recordings, Measurements, UsageRows, Events)

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
class PriceAdmin(admin.ModelAdmin[Price]):
    """Dated prices. A new price is a new row, so that old calls keep their cost."""

    list_display = ("meter", "model", "unit_price", "effective_from", "source")
    list_filter = ("meter", "effective_from")
    search_fields = ("meter", "model", "source")

    def has_change_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin[ApiToken]):
    """Tokens of the JSON API: revoked here, issued by `manage.py api_token`."""

    list_display = ("user", "hint", "created_at", "last_used_at", "revoked_at")
    list_filter = (("user", admin.RelatedOnlyFieldListFilter),)
    fields = ("user", "hint", "created_at", "last_used_at", "revoked_at")
    readonly_fields = ("user", "hint", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
