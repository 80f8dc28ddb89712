"""The CRM's rows: leads and what they want, listings, appointments, the staff, and what happened when.

Decided here: what is stored, and what must always be true of it (constraints). No side effects. Everything may import
it, always from `leads.models`; it imports nothing of this project. Tests: `tests/leads/models/`.
"""

from leads.models.activity import Activity
from leads.models.appointment import Appointment
from leads.models.base import E164, Row
from leads.models.lead import Lead, LeadQuerySet
from leads.models.listing import Listing
from leads.models.preferences import BuyerPreferences, SellerProperty
from leads.models.staff import StaffProfile, display_name, is_manager, short_name
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
    "display_name",
    "is_manager",
    "short_name",
]
