"""The CRM's rows: leads and what they want, listings, appointments, the staff, and what happened when."""

from leads.models.activity import Activity
from leads.models.appointment import Appointment
from leads.models.base import E164, Row
from leads.models.lead import Lead, LeadQuerySet
from leads.models.listing import Listing
from leads.models.preferences import BuyerPreferences, SellerProperty
from leads.models.staff import StaffProfile
from leads.models.suppression import Suppression

__all__ = [
    "E164",
    "Activity",
    "Appointment",
    "BuyerPreferences",
    "Lead",
    "LeadQuerySet",
    "Listing",
    "Row",
    "SellerProperty",
    "StaffProfile",
    "Suppression",
]
