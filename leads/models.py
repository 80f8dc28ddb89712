"""The CRM's rows: leads and what they want, listings, appointments, the staff, and what happened when."""

import uuid

from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.timezone import now
from phonenumber_field.modelfields import PhoneNumberField

E164 = r"^\+[1-9][0-9]{7,14}$"


class Row(models.Model):
    """What every row of the CRM has: an opaque id and two clocks (UTC)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class StaffProfile(models.Model):
    """What a staff user needs to be rung and booked: a phone, a zone and working hours in that zone."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    phone = PhoneNumberField(blank=True)
    timezone = models.CharField(max_length=64, default="America/Chicago")
    works_from = models.TimeField(default="09:00")
    works_until = models.TimeField(default="18:00")
    workdays = models.JSONField(default=list, blank=True, help_text="Weekdays, Monday is 0; empty means Mon-Sat.")
    is_manager = models.BooleanField(default=False, help_text="Sees every lead, not only own and unowned ones.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=E164), name="staff_phone_is_e164"),
            models.CheckConstraint(condition=Q(works_from__lt=F("works_until")), name="staff_day_has_hours"),
        ]

    def __str__(self) -> str:
        return self.user.get_full_name() or self.user.get_username()


class Listing(Row):
    """A home for sale. Names follow the RESO Data Dictionary 2.x, in snake case."""

    class Status(models.TextChoices):
        ACTIVE = "Active"
        ACTIVE_UNDER_CONTRACT = "ActiveUnderContract", "Active under contract"
        PENDING = "Pending"
        HOLD = "Hold"
        WITHDRAWN = "Withdrawn"
        EXPIRED = "Expired"
        CLOSED = "Closed"
        CANCELED = "Canceled"
        COMING_SOON = "ComingSoon", "Coming soon"

    class SubType(models.TextChoices):
        SINGLE_FAMILY = "SingleFamilyResidence", "Single family"
        CONDOMINIUM = "Condominium"
        TOWNHOUSE = "Townhouse"
        DUPLEX = "Duplex"

    listing_key = models.CharField(max_length=40, unique=True)
    standard_status = models.CharField(max_length=24, choices=Status)
    property_sub_type = models.CharField(max_length=32, choices=SubType, default=SubType.SINGLE_FAMILY)
    list_price = models.DecimalField(max_digits=12, decimal_places=2)
    original_list_price = models.DecimalField(max_digits=12, decimal_places=2)
    close_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    close_date = models.DateField(null=True, blank=True)
    listing_contract_date = models.DateField()
    unparsed_address = models.CharField(max_length=160)
    city = models.CharField(max_length=80)
    state_or_province = models.CharField(max_length=2)
    postal_code = models.CharField(max_length=10)
    subdivision_name = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    bedrooms_total = models.PositiveSmallIntegerField()
    bathrooms_total = models.DecimalField(max_digits=3, decimal_places=1)
    living_area = models.PositiveIntegerField(help_text="Square feet")
    lot_size_acres = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    year_built = models.PositiveSmallIntegerField()
    stories = models.PositiveSmallIntegerField(default=1)
    garage_spaces = models.PositiveSmallIntegerField(default=0)
    features = models.JSONField(default=list, blank=True, help_text="pool, fenced_yard, single_story, ac, …")
    public_remarks = models.TextField(blank=True)
    timezone = models.CharField(max_length=64, default="America/Chicago")
    modification_timestamp = models.DateTimeField(default=now)

    class Meta:
        ordering = ["list_price"]
        indexes = [
            models.Index(fields=["standard_status", "city", "list_price"]),
            models.Index(fields=["standard_status", "subdivision_name", "list_price"]),
            models.Index(fields=["postal_code", "standard_status"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(list_price__gt=0), name="listing_price_positive"),
            models.CheckConstraint(
                condition=Q(standard_status="Closed", close_price__isnull=False, close_date__isnull=False)
                | (~Q(standard_status="Closed") & Q(close_price__isnull=True, close_date__isnull=True)),
                name="listing_closed_has_price_and_date",
            ),
        ]

    def __str__(self) -> str:
        return self.unparsed_address


class LeadQuerySet(models.QuerySet["Lead"]):
    """Business filters on leads."""

    def visible_to(self, user: User) -> "LeadQuerySet":
        """The leads that staff user may open: managers all, agents their own and the unowned ones."""
        if not user.is_active or not user.is_staff:
            return self.none()
        profile = StaffProfile.objects.filter(user=user).first()
        if user.is_superuser or (profile and profile.is_manager):
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

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = PhoneNumberField(blank=True)
    language = models.CharField(max_length=12, default="en-US")
    intent = models.CharField(max_length=8, choices=Intent, default=Intent.UNKNOWN)
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.NEW)
    lost_reason = models.CharField(max_length=16, choices=LostReason, default=LostReason.NONE, blank=True)
    source = models.CharField(max_length=16, choices=Source, default=Source.OTHER)
    source_detail = models.CharField(max_length=120, blank=True)
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
    address = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=64, default="America/Chicago")
    next_action_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

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
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=E164), name="lead_phone_is_e164"),
            models.CheckConstraint(condition=~Q(phone="") | ~Q(email=""), name="lead_is_reachable"),
            models.CheckConstraint(condition=Q(score__lte=100), name="lead_score_0_100"),
            models.CheckConstraint(condition=~Q(stage="lost") | ~Q(lost_reason=""), name="lead_lost_has_reason"),
            models.UniqueConstraint(
                fields=["phone"], condition=~Q(phone="") & Q(archived_at__isnull=True), name="lead_phone_once"
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


class BuyerPreferences(Row):
    """What a buyer looks for. `provenance` says per field who said it, in which call, and whether confirmed."""

    class Financing(models.TextChoices):
        CASH = "cash"
        CONVENTIONAL = "conventional"
        FHA = "fha", "FHA"
        VA = "va", "VA"
        USDA = "usda", "USDA"
        OTHER = "other"
        UNKNOWN = "unknown"

    class Preapproval(models.TextChoices):
        NONE = "none"
        IN_PROGRESS = "in_progress", "In progress"
        APPROVED = "approved"
        PROOF_OF_FUNDS = "proof_of_funds", "Proof of funds"
        UNKNOWN = "unknown"

    class HasAgent(models.TextChoices):
        NO = "no"
        YES_SIGNED = "yes_signed", "Yes, signed"
        YES_VERBAL = "yes_verbal", "Yes, verbal"
        UNKNOWN = "unknown"

    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="preferences")
    areas = models.JSONField(default=list, blank=True, help_text='[{"kind": "city|postal|neighborhood", "name": …}]')
    property_sub_types = models.JSONField(default=list, blank=True)
    price_min = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price_max = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    beds_min = models.PositiveSmallIntegerField(null=True, blank=True)
    baths_min = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    living_area_min = models.PositiveIntegerField(null=True, blank=True)
    must_have = models.JSONField(default=list, blank=True)
    motivation = models.TextField(blank=True)
    financing = models.CharField(max_length=12, choices=Financing, default=Financing.UNKNOWN)
    preapproval = models.CharField(max_length=16, choices=Preapproval, default=Preapproval.UNKNOWN)
    preapproval_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    has_agent = models.CharField(max_length=12, choices=HasAgent, default=HasAgent.UNKNOWN)
    agreement_signed_at = models.DateTimeField(null=True, blank=True)
    agreement_expires = models.DateField(null=True, blank=True)
    provenance = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "buyer preferences"
        constraints = [
            models.CheckConstraint(
                condition=Q(price_min__isnull=True) | Q(price_max__isnull=True) | Q(price_min__lte=F("price_max")),
                name="buyer_price_range",
            ),
            models.CheckConstraint(
                condition=Q(preapproval_amount__isnull=True) | Q(preapproval__in=["approved", "proof_of_funds"]),
                name="buyer_amount_needs_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"Preferences of {self.lead}"


class SellerProperty(Row):
    """A home a lead may sell."""

    class Occupancy(models.TextChoices):
        OWNER = "owner"
        TENANT = "tenant"
        VACANT = "vacant"
        UNKNOWN = "unknown"

    class Listed(models.TextChoices):
        NO = "no"
        YES = "yes"
        EXPIRED = "expired"
        UNKNOWN = "unknown"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="seller_properties")
    address = models.CharField(max_length=160)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    beds = models.PositiveSmallIntegerField(null=True, blank=True)
    baths = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    living_area = models.PositiveIntegerField(null=True, blank=True, help_text="Square feet")
    year_built = models.PositiveSmallIntegerField(null=True, blank=True)
    condition = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 (poor) to 5 (excellent)")
    occupancy = models.CharField(max_length=8, choices=Occupancy, default=Occupancy.UNKNOWN)
    desired_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    timeframe = models.CharField(max_length=8, choices=Lead.Timeframe, default=Lead.Timeframe.UNKNOWN)
    motivation = models.TextField(blank=True)
    listed_elsewhere = models.CharField(max_length=8, choices=Listed, default=Listed.UNKNOWN)
    provenance = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "seller properties"
        constraints = [
            models.UniqueConstraint("lead", Lower("address"), name="seller_property_once_per_lead"),
            models.CheckConstraint(
                condition=Q(condition__isnull=True) | Q(condition__range=(1, 5)), name="seller_condition_1_5"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Appointment(Row):
    """A booked meeting. UTC plus the zone it was spoken in; two live ones of an agent never overlap."""

    class Type(models.TextChoices):
        BUYER_CONSULT = "buyer_consult", "Buyer consultation"
        SHOWING = "showing"
        LISTING_CONSULT = "listing_consult", "Listing consultation"
        CALLBACK = "callback"

    class Status(models.TextChoices):
        CONFIRMED = "confirmed"
        COMPLETED = "completed"
        NO_SHOW = "no_show", "No show"
        CANCELLED = "cancelled"
        UNRESOLVED = "unresolved", "Past, not noted how it went"

    class Source(models.TextChoices):
        AI_CALL = "ai_call", "AI call"
        STAFF = "staff"
        SELF = "self"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="appointments")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments")
    type = models.CharField(max_length=16, choices=Type)
    listing = models.ForeignKey(Listing, on_delete=models.SET_NULL, null=True, blank=True, related_name="appointments")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    timezone = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=Status, default=Status.CONFIRMED)
    source = models.CharField(max_length=8, choices=Source, default=Source.STAFF)
    call_id = models.UUIDField(null=True, blank=True, help_text="The call in which it was booked")
    is_test = models.BooleanField(
        default=False, help_text="Booked in a side-by-side test call: blocks nobody's calendar"
    )
    idempotency_key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    attendee_name = models.CharField(max_length=120, blank=True)
    confirm_phrase = models.CharField(max_length=300, blank=True, help_text="The caller's own words of agreement")
    notes = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["start_at"]
        indexes = [models.Index(fields=["agent", "start_at"]), models.Index(fields=["call_id"])]
        constraints = [
            models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="appointment_ends_after_start"),
            models.UniqueConstraint(
                fields=["agent", "start_at"],
                condition=Q(status="confirmed", is_test=False),
                name="appointment_slot_once",
            ),
            models.UniqueConstraint(
                fields=["lead", "type"],
                condition=Q(status="confirmed", is_test=False),
                name="appointment_open_once_per_type",
            ),
            models.UniqueConstraint(
                fields=["call_id", "type"],
                condition=Q(status="confirmed", is_test=True),
                name="appointment_test_once_per_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} on {self.start_at:%Y-%m-%d %H:%M} UTC"


class Suppression(models.Model):
    """A phone number nobody may call. It belongs to the number, so it outlives the lead (47 CFR 64.1200(d)(6))."""

    class Scope(models.TextChoices):
        COMPANY = "company", "No calls at all"
        AI_ONLY = "ai_only", "No AI calls"

    class Reason(models.TextChoices):
        VERBAL_REQUEST = "verbal_request", "Asked on a call"
        KEYPAD = "keypad", "Pressed 9"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        MANUAL = "manual"

    phone = PhoneNumberField(unique=True)
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.COMPANY)
    reason = models.CharField(max_length=16, choices=Reason)
    requested_at = models.DateTimeField(default=now)
    call_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(phone__regex=E164), name="suppression_phone_is_e164")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} ({self.get_reason_display()})"


class Activity(models.Model):
    """One line of a lead's timeline. Append only; ids increase."""

    class Kind(models.TextChoices):
        CALL = "call"
        NOTE = "note"
        STAGE = "stage"
        ASSIGNMENT = "assignment"
        APPOINTMENT = "appointment"
        PREFERENCES = "preferences"
        SELLER_DETAILS = "seller_details", "Seller details"
        OPT_OUT = "opt_out", "Opt-out"
        TASK = "task"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="activities")
    kind = models.CharField(max_length=16, choices=Kind)
    summary = models.CharField(max_length=240)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_ai = models.BooleanField(default=False)
    call_id = models.UUIDField(null=True, blank=True)
    occurred_at = models.DateTimeField(default=now)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["lead", "-occurred_at"])]

    def __str__(self) -> str:
        return self.summary
