"""The demo's phone book: which simulated person answers which number."""

from collections.abc import Mapping
from typing import Any

from leads.models import Lead, StaffProfile

PERSONA_OF_INTENT = {Lead.Intent.SELLER: "seller"}


def phone_book(test_lines: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Map each E.164 number to {"persona", "name"}: leads by intent, test lines by persona, staff.

    A persona with several phrasings uses another one on each of its lines.
    """
    leads = {
        str(lead.phone): {"persona": PERSONA_OF_INTENT.get(Lead.Intent(lead.intent), "buyer"), "name": lead.full_name}
        for lead in Lead.objects.exclude(phone="").only("phone", "intent", "first_name", "last_name")
    }
    staff = {
        str(profile.phone): {"persona": "staff", "name": str(profile)}
        for profile in StaffProfile.objects.exclude(phone="").select_related("user")
    }
    lines = {
        number: {"persona": persona, "name": f"Test line ({persona})", "temper": {"phrasing": place}}
        for persona, numbers in test_lines.items()
        for place, number in enumerate(numbers.split())
    }
    return leads | staff | lines
