"""The back office (Django admin) of the CRM: one module per model, and who may see and change which row.

Imported by Django's autodiscovery and by apps above that extend `LeadAdmin`; imports the rules it applies, and no page.
Tests: `tests/leads/admin/`.
"""

from leads.admin import appointment, lead, listing, staff, suppression  # noqa: F401  # each registers its model
from leads.admin.lead import LeadAdmin
from leads.admin.lookups import StaffFilter
from leads.admin.office import OfficeAdmin, OfficeForm, OfficeInline, refuse

__all__ = ["LeadAdmin", "OfficeAdmin", "OfficeForm", "OfficeInline", "StaffFilter", "refuse"]
