"""The CRM's rows: leads and what they want, listings, appointments, the staff, and what happened when."""

from leads.models.appointment import Appointment
from leads.models.base import E164, Row
from leads.models.history import Activity, Suppression
from leads.models.lead import Lead, LeadQuerySet
from leads.models.listing import Listing
from leads.models.staff import StaffProfile
from leads.models.wishes import BuyerPreferences, SellerProperty

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
