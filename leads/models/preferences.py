"""What leads want: what a buyer looks for, what a seller may sell."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from leads.models.base import LineField, Row, ShapedField
from leads.models.lead import Lead
from leads.models.shapes import AREAS, OBJECTS_BY_NAME, WORDS


class BuyerPreferences(Row):
    """What a buyer looks for. `provenance` says for each field who said it, in which call, and whether confirmed."""

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
    areas = ShapedField(
        shape=AREAS, default=list, blank=True, help_text='[{"kind": "city|postal|neighborhood", "name": …}]'
    )
    property_sub_types = ShapedField(shape=WORDS, default=list, blank=True)
    price_min = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    price_max = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    beds_min = models.PositiveSmallIntegerField(null=True, blank=True)
    baths_min = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    living_area_min = models.PositiveIntegerField(null=True, blank=True)
    must_have = ShapedField(shape=WORDS, default=list, blank=True)
    motivation = models.TextField(blank=True)
    financing = models.CharField(max_length=12, choices=Financing, default=Financing.UNKNOWN)
    preapproval = models.CharField(max_length=16, choices=Preapproval, default=Preapproval.UNKNOWN)
    preapproval_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    has_agent = models.CharField(max_length=12, choices=HasAgent, default=HasAgent.UNKNOWN)
    agreement_signed_at = models.DateTimeField(null=True, blank=True)
    agreement_expires = models.DateField(null=True, blank=True)
    provenance = ShapedField(shape=OBJECTS_BY_NAME, default=dict, blank=True)

    class Meta:
        verbose_name_plural = "buyer preferences"
        constraints = [
            models.CheckConstraint(
                condition=Q(price_min__isnull=True) | Q(price_max__isnull=True) | Q(price_min__lte=F("price_max")),
                name="buyer_price_range",
                violation_error_message="The lowest price is above the highest.",
            ),
            models.CheckConstraint(
                condition=Q(preapproval_amount__isnull=True) | Q(preapproval__in=["approved", "proof_of_funds"]),
                name="buyer_amount_needs_approval",
                violation_error_message="A pre-approved amount needs an approval or a proof of funds.",
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
    address = LineField(max_length=160)
    city = LineField(max_length=80, blank=True)
    state = LineField(max_length=2, blank=True)
    postal_code = LineField(max_length=10, blank=True)
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
    provenance = ShapedField(shape=OBJECTS_BY_NAME, default=dict, blank=True)

    class Meta:
        verbose_name_plural = "seller properties"
        constraints = [
            models.UniqueConstraint(
                "lead",
                Lower("address"),
                name="seller_property_once_per_lead",
                violation_error_message="The lead has this home already.",
            ),
            models.CheckConstraint(
                condition=Q(condition__isnull=True) | Q(condition__range=(1, 5)),
                name="seller_condition_1_5",
                violation_error_message="A condition is a number from 1 (poor) to 5 (excellent).",
            ),
        ]

    def __str__(self) -> str:
        return self.address
