"""Leads, and which of them a user may see."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from phonenumber_field.modelfields import PhoneNumberField

from leads.models.base import E164, LONGEST_EXTENSION, LineField, Row
from leads.models.languages import LanguageField
from leads.models.listing import Listing
from leads.models.staff import is_manager
from leads.models.zones import ZoneField, brokerage_zone


class LeadQuerySet(models.QuerySet["Lead"]):
    """Filters on leads."""

    def visible_to(self, user: User) -> "LeadQuerySet":
        """Filter the leads a user may open: managers all, agents their own and unowned ones, others none."""
        if not user.is_active or not user.is_staff:
            return self.none()
        if is_manager(user):
            return self.all()
        return self.filter(Q(owner=user) | Q(owner__isnull=True))


class Lead(Row):
    """A person who may buy or sell a home. Facts about the phone number itself live in `Suppression`."""

    class Intent(models.TextChoices):
        BUYER = "buyer"
        SELLER = "seller"
        BOTH = "both"
        RENTER = "renter"
        UNKNOWN = "unknown"

    class Stage(models.TextChoices):
        NEW = "new"
        ATTEMPTING = "attempting"
        CONTACTED = "contacted"
        QUALIFIED = "qualified"
        NURTURE = "nurture"
        APPOINTMENT_SET = "appointment_set", "Appointment set"
        MET = "met"
        CLIENT = "client"
        UNDER_CONTRACT = "under_contract", "Under contract"
        CLOSED = "closed"
        LOST = "lost"
        ARCHIVED = "archived"

    class LostReason(models.TextChoices):
        NONE = "", "—"
        HAS_AGENT = "has_agent", "Has an agent"
        NOT_INTERESTED = "not_interested", "Not interested"
        UNREACHABLE = "unreachable"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        BAD_TIMING = "bad_timing", "Bad timing"
        PRICED_OUT = "priced_out", "Priced out"
        DO_NOT_CALL = "do_not_call", "Do not call"
        OTHER = "other"

    class Source(models.TextChoices):
        WEBSITE = "website"
        PORTAL = "portal"
        REFERRAL = "referral"
        OPEN_HOUSE = "open_house", "Open house"
        SIGN_CALL = "sign_call", "Sign call"
        SOCIAL = "social"
        PAID_SEARCH = "paid_search", "Paid search"
        EXPIRED = "expired", "Expired listing"
        FSBO = "fsbo", "For sale by owner"
        PAST_CLIENT = "past_client", "Past client"
        IMPORT = "import"
        OTHER = "other"

    class Timeframe(models.TextChoices):
        NOW = "now"
        WITHIN_3_MONTHS = "0_3m", "0–3 months"
        WITHIN_6_MONTHS = "3_6m", "3–6 months"
        WITHIN_12_MONTHS = "6_12m", "6–12 months"
        LATER = "12m_plus", "Over a year"
        UNKNOWN = "unknown"

    first_name = LineField(max_length=80)
    last_name = LineField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = PhoneNumberField(blank=True)
    phone_extension = models.CharField(
        max_length=LONGEST_EXTENSION, blank=True, help_text="Dialed once a switchboard has picked up"
    )
    language = LanguageField()
    intent = models.CharField(max_length=8, choices=Intent, default=Intent.UNKNOWN)
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.NEW)
    lost_reason = models.CharField(max_length=16, choices=LostReason, default=LostReason.NONE, blank=True)
    source = models.CharField(max_length=16, choices=Source, default=Source.OTHER)
    source_detail = LineField(max_length=120, blank=True)
    inquiry_listing = models.ForeignKey(
        Listing, on_delete=models.SET_NULL, null=True, blank=True, related_name="inquiries"
    )
    captured_at = models.DateTimeField(default=now)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="leads"
    )
    timeframe = models.CharField(max_length=8, choices=Timeframe, default=Timeframe.UNKNOWN)
    score = models.PositiveSmallIntegerField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(100)], help_text="0–100"
    )
    address = LineField(max_length=160, blank=True)
    city = LineField(max_length=80, blank=True)
    state = LineField(max_length=2, blank=True)
    postal_code = LineField(max_length=10, blank=True)
    timezone = ZoneField(default=brokerage_zone)
    next_action_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Nothing personal is left; the record of its calls is"
    )

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ["-captured_at"]
        indexes = [
            models.Index(fields=["owner", "stage", "next_action_at"]),
            models.Index(fields=["stage", "-score"]),
            models.Index(fields=["source", "captured_at"]),
            models.Index(fields=["phone"]),
            models.Index(fields=["-captured_at"]),
            models.Index(  # the due list
                fields=["next_action_at", "-captured_at", "id"],
                condition=Q(archived_at__isnull=True),
                name="lead_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=E164),
                name="lead_phone_is_e164",
                violation_error_message="The phone number is too short or too long to be called from here.",
            ),
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email="") | Q(erased_at__isnull=False),
                name="lead_is_reachable",
                violation_error_message="A lead needs a phone number or an e-mail address.",
            ),
            models.CheckConstraint(
                condition=Q(score__lte=100),
                name="lead_score_0_100",
                violation_error_message="A score is a number from 0 to 100.",
            ),
            models.CheckConstraint(
                condition=~Q(stage="lost") | ~Q(lost_reason=""),
                name="lead_lost_has_reason",
                violation_error_message="Say why the lead is lost.",
            ),
            models.UniqueConstraint(
                fields=["phone", "phone_extension"],
                condition=~Q(phone="") & Q(archived_at__isnull=True),
                name="lead_phone_once",
                violation_error_message="Another lead has this phone number.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        """The lead's page on the dashboard."""
        return reverse("lead_detail", args=[self.pk])

    @property
    def full_name(self) -> str:
        """First and last name as one line."""
        return f"{self.first_name} {self.last_name}".strip()
