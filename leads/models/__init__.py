"""The CRM's rows: leads and what they want, listings, appointments, the staff, and what happened when.

Decided here: what is stored, and what must always be true of it (constraints). No side effects. Everything may import
it, always from `leads.models`; it imports `leads.text` only. Tests: `tests/leads/models/`.
"""

from leads.models.activity import Activity
from leads.models.appointment import Appointment
from leads.models.base import E164, LONGEST_EXTENSION, KnownNameField, LineField, Row, Shape, ShapedField
from leads.models.languages import find_language, language_of, spoken_language
from leads.models.lead import Lead, LeadQuerySet
from leads.models.listing import Listing
from leads.models.preferences import BuyerPreferences, SellerProperty
from leads.models.shapes import NUMBERS, OBJECT, OBJECTS, AreaKind
from leads.models.staff import StaffProfile, display_name, is_manager, short_name
from leads.models.suppression import Suppression
from leads.models.zones import brokerage_zone, find_zone, zone_of

__all__ = [
    "E164",
    "LONGEST_EXTENSION",
    "NUMBERS",
    "OBJECT",
    "OBJECTS",
    "Activity",
    "Appointment",
    "AreaKind",
    "BuyerPreferences",
    "KnownNameField",
    "Lead",
    "LeadQuerySet",
    "LineField",
    "Listing",
    "Row",
    "SellerProperty",
    "Shape",
    "ShapedField",
    "StaffProfile",
    "Suppression",
    "brokerage_zone",
    "display_name",
    "find_language",
    "find_zone",
    "is_manager",
    "language_of",
    "short_name",
    "spoken_language",
    "zone_of",
]
