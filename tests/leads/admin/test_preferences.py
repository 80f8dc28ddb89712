"""What a lead wants, in the back office."""

from django.test import Client
from django.urls import reverse

from leads.models import BuyerPreferences, Lead, SellerProperty


def test_wishes_and_homes_are_edited_on_the_leads_page_and_their_provenance_is_only_shown(
    office: Client, lead: Lead
) -> None:
    BuyerPreferences.objects.create(lead=lead, motivation="closer to work", provenance={"motivation": {"turn": 7}})
    SellerProperty.objects.create(lead=lead, address="14 Orchard Lane")
    answer = office.get(reverse("admin:leads_lead_change", args=[lead.pk]))
    page = answer.content.decode()
    assert 'name="preferences-0-motivation"' in page
    assert 'value="14 Orchard Lane"' in page
    assert "&quot;turn&quot;: 7" in page
    assert 'name="preferences-0-provenance"' not in page
