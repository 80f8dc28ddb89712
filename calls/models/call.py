"""A call: one attempt to reach a lead by phone, the engines that held its line, and the comparison it may belong to."""

import secrets
import uuid

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime, now
from phonenumber_field.modelfields import PhoneNumberField

from leads.models import E164, OBJECT, Lead, ShapedField


class CallType(models.TextChoices):
    """The three types of call, by their names in the HTTP API."""

    REGULAR = "regular", "Regular"
    CONVERSATIONAL = "conversational", "Conversational"
    REALTIME = "realtime", "Realtime"


class CallStatus(models.TextChoices):
    """The status of a call. It only moves down this list, and an ended call keeps its status."""

    QUEUED = "queued", "Waiting"
    DIALING = "dialing", "Dialing"
    PLACED = "placed", "Placed"
    RINGING = "ringing", "Ringing"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed", "Completed"
    BUSY = "busy", "Busy"
    NO_ANSWER = "no_answer", "No answer"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"


LIVE_STATUSES = (CallStatus.DIALING, CallStatus.PLACED, CallStatus.RINGING, CallStatus.IN_PROGRESS)
ENDED_STATUSES = (
    CallStatus.COMPLETED,
    CallStatus.BUSY,
    CallStatus.NO_ANSWER,
    CallStatus.FAILED,
    CallStatus.CANCELED,
)


class Disposition(models.TextChoices):
    """The outcome of a call, as CRM outcome lists name it. The AI proposes, staff may correct."""

    NONE = "", "—"
    APPOINTMENT_SET = "appointment_set", "Appointment set"
    CALLBACK_REQUESTED = "callback_requested", "Callback requested"
    QUALIFIED_NURTURE = "qualified_nurture", "Qualified, nurture"
    TRANSFERRED = "transferred", "Transferred"
    NOT_INTERESTED = "not_interested", "Not interested"
    HAS_AGENT = "has_agent", "Has an agent"
    WRONG_NUMBER = "wrong_number", "Wrong number"
    DO_NOT_CALL = "do_not_call", "Do not call"
    LANGUAGE_BARRIER = "language_barrier", "Language barrier"
    VOICEMAIL = "voicemail_no_message", "Voicemail, no message"
    NO_ANSWER = "no_answer", "No answer"
    BUSY = "busy", "Busy"
    FAILED = "failed", "Failed"
    HUNG_UP_EARLY = "hung_up_early", "Hung up early"
    AI_ERROR = "ai_error", "AI error"


class AgentMode(models.TextChoices):
    """Whether the agent talks to a buyer or to a seller."""

    BUYER = "buyer"
    SELLER = "seller"


class Engine(models.TextChoices):
    """What held the line. A fourth voice engine is one more value here and one adapter."""

    HUMAN = "human", "Person"
    CONVERSATION = "conversation", "Gather, GPT and Polly"
    REALTIME = "realtime", "OpenAI Realtime"
    RINGING = "ringing", "A colleague's phone rings"
    PROMISE = "promise", "Promise of a call back"
    MACHINE = "machine", "A mailbox or assistant answered"


def new_stream_token() -> str:
    """The one-use secret by which a media stream proves which call it belongs to."""
    return secrets.token_urlsafe(24)


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    """Business filters on comparisons."""

    def visible_to(self, user: User) -> "ComparisonQuerySet":
        """The comparisons with leads that staff user may see, with the lead and who placed them loaded."""
        return self.filter(lead__in=Lead.objects.visible_to(user)).select_related("lead", "placed_by")


class Comparison(models.Model):
    """Side-by-side test calls to one lead. All AI calls get the same `briefing`, so that none learns from another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="comparisons")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comparisons")
    agent_mode = models.CharField(max_length=6, choices=AgentMode)
    persona = models.CharField(
        max_length=40, blank=True, help_text="Whose test lines were dialed; empty: the lead's own"
    )
    briefing = ShapedField(shape=OBJECT, default=dict, help_text="What was known of the lead when the comparison began")
    created_at = models.DateTimeField(default=now)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Comparison of {localtime(self.created_at):%a %b %-d, %Y, %H:%M %Z}"

    def get_absolute_url(self) -> str:
        """The comparison's page on the dashboard."""
        return reverse("comparison_detail", args=[self.pk])


class CallQuerySet(models.QuerySet["Call"]):
    """Business filters on calls."""

    def visible_to(self, user: User) -> "CallQuerySet":
        """The calls to leads that staff user may see, with the rows every page of a call shows loaded."""
        return self.filter(lead__in=Lead.objects.visible_to(user)).with_people()

    def live(self) -> "CallQuerySet":
        """The calls that hold a line: dialed and not ended."""
        return self.filter(status__in=LIVE_STATUSES)

    def with_people(self) -> "CallQuerySet":
        """The calls with their lead, who placed them and their comparison loaded."""
        return self.select_related("lead", "placed_by", "comparison")


class Call(models.Model):
    """One call: who was called, by which type, by whom, its status and outcome."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=14, choices=CallType)
    status = models.CharField(max_length=12, choices=CallStatus, default=CallStatus.QUEUED)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="calls")
    to_number = PhoneNumberField(help_text="The number dialed: the lead's, or a test line")
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="placed_calls"
    )
    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, null=True, blank=True, related_name="calls")
    agent_mode = models.CharField(max_length=6, choices=AgentMode, default=AgentMode.BUYER)
    simulated = models.BooleanField(default=False, help_text="Carried by a stand-in for the carrier, not by Twilio")

    twilio_sid = models.CharField(max_length=34, unique=True, null=True, blank=True)
    lead_leg_sid = models.CharField(max_length=34, blank=True, help_text="Regular calls: the leg to the lead")
    stream_token = models.CharField(max_length=64, default=new_stream_token, unique=True, editable=False)
    stream_claimed_at = models.DateTimeField(null=True, blank=True)
    stream_number = models.PositiveSmallIntegerField(default=1, help_text="A call that comes back has a second stream")
    opening = models.TextField(blank=True, help_text="The AI's first words, fixed before the phone is picked up")

    queued_at = models.DateTimeField(default=now)
    placed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    answered_by = models.CharField(max_length=24, blank=True, help_text="Twilio's AnsweredBy")

    outcome = models.CharField(max_length=24, choices=Disposition, default=Disposition.NONE, blank=True)
    outcome_by_ai = models.BooleanField(default=False)
    summary = models.CharField(max_length=600, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.CharField(max_length=300, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-queued_at"]
        indexes = [
            models.Index(fields=["lead", "-queued_at"]),
            models.Index(fields=["status", "queued_at"]),
            models.Index(fields=["comparison"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["to_number"],
                condition=Q(status__in=["dialing", "placed", "ringing", "in_progress"]),
                name="call_live_once_per_number",
                violation_error_message="A call to this number is live.",
            ),
            models.CheckConstraint(
                condition=Q(to_number__regex=E164),
                name="call_number_is_e164",
                violation_error_message="The phone number is too short or too long to be called from here.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False)
                | Q(status__in=["queued", "dialing", "placed", "ringing", "in_progress"]),
                name="call_ended_has_end",
                violation_error_message="A call that is over has a time at which it ended.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} call, {self.get_status_display().lower()}"

    def get_absolute_url(self) -> str:
        """The call's page on the dashboard."""
        return reverse("call_detail", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Whether somebody may be on the line now."""
        return self.status in LIVE_STATUSES

    @property
    def goes_to_test_line(self) -> bool:
        """Whether a comparison dialed a test line: the lead was not called, and no call back is owed to them."""
        return self.comparison_id is not None and self.to_number != self.lead.phone

    @property
    def seconds(self) -> float | None:
        """The length of a call that is over: the carrier's figure, else from answer to end; None before that."""
        if self.duration_seconds is not None:
            return self.duration_seconds
        if self.answered_at and self.ended_at:
            return (self.ended_at - self.answered_at).total_seconds()
        return None

    @property
    def is_ended(self) -> bool:
        """Whether the call is over, however it went."""
        return self.status in ENDED_STATUSES


class EngineSpan(models.Model):
    """One engine's time on the line: from when to when, and why it ended. A call can fall back to another engine."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="spans")
    engine = models.CharField(max_length=12, choices=Engine)
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(ended_at__isnull=True),
                name="span_open_once_per_call",
                violation_error_message="Another engine holds the line.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_engine_display()} ({self.end_reason or 'holding'})"
