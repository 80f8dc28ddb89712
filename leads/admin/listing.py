"""Listings in the back office."""

from django.contrib import admin

from leads.admin.office import OfficeAdmin
from leads.models import Listing


@admin.register(Listing)
class ListingAdmin(OfficeAdmin):
    """Homes."""

    list_display = [
        "unparsed_address",
        "subdivision_name",
        "standard_status",
        "list_price",
        "bedrooms_total",
        "bathrooms_total",
        "living_area",
        "listing_contract_date",
    ]
    list_filter = ["standard_status", "property_sub_type", "city", "subdivision_name", "bedrooms_total"]
    search_fields = ["unparsed_address", "listing_key", "subdivision_name", "postal_code"]
    date_hierarchy = "listing_contract_date"
