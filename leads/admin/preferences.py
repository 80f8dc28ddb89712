"""What a lead wants, in the back office: buyer preferences and homes to sell, edited on the lead's page."""

from django.contrib import admin

from leads.admin.office import OfficeInline
from leads.models import BuyerPreferences, Lead, SellerProperty


class BuyerPreferencesInline(OfficeInline, admin.StackedInline[BuyerPreferences, Lead]):
    """What the lead looks for."""

    model = BuyerPreferences
    extra = 0
    readonly_fields = ["provenance"]


class SellerPropertyInline(OfficeInline, admin.StackedInline[SellerProperty, Lead]):
    """Homes the lead may sell."""

    model = SellerProperty
    extra = 0
    readonly_fields = ["provenance"]
