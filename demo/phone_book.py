"""Who answers which number in the demo: leads by what they want, test lines by persona, staff as staff."""

from collections.abc import Mapping
from typing import Any

from leads.models import Lead, StaffProfile

PERSONA_OF_INTENT = {Lead.Intent.SELLER: "seller"}


def phone_book(test_lines: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """E.164 number -> {"persona", "name"}. On each of its lines a persona with several phrasings uses another."""
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
