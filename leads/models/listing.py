"""Listings."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from leads.models.base import LineField, Row, ShapedField
from leads.models.shapes import WORDS
from leads.models.zones import ZoneField, brokerage_zone


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
    unparsed_address = LineField(max_length=160)
    city = LineField(max_length=80)
    state_or_province = LineField(max_length=2)
    postal_code = LineField(max_length=10)
    subdivision_name = LineField(max_length=80, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    bedrooms_total = models.PositiveSmallIntegerField()
    bathrooms_total = models.DecimalField(max_digits=3, decimal_places=1)
    living_area = models.PositiveIntegerField(help_text="Square feet")
    lot_size_acres = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    year_built = models.PositiveSmallIntegerField()
    stories = models.PositiveSmallIntegerField(default=1)
    garage_spaces = models.PositiveSmallIntegerField(default=0)
    features = ShapedField(shape=WORDS, default=list, blank=True, help_text="pool, fenced_yard, single_story, ac, …")
    public_remarks = models.TextField(blank=True)
    timezone = ZoneField(default=brokerage_zone)
    modification_timestamp = models.DateTimeField(default=now)

    class Meta:
        ordering = ["list_price"]
        indexes = [
            models.Index(fields=["standard_status", "city", "list_price"]),
            models.Index(fields=["standard_status", "subdivision_name", "list_price"]),
            models.Index(fields=["postal_code", "standard_status"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(list_price__gt=0),
                name="listing_price_positive",
                violation_error_message="A price is more than zero.",
            ),
            models.CheckConstraint(
                condition=Q(standard_status="Closed", close_price__isnull=False, close_date__isnull=False)
                | (~Q(standard_status="Closed") & Q(close_price__isnull=True, close_date__isnull=True)),
                name="listing_closed_has_price_and_date",
                violation_error_message="A closed listing has a closing price and date, and no other listing has.",
            ),
        ]

    def __str__(self) -> str:
        return self.unparsed_address
