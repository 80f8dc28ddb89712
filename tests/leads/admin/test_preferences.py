"""What a lead wants, in the back office."""

from typing import Any

import pytest
from django.forms import modelform_factory
from django.test import Client
from django.urls import reverse

from leads.models import BuyerPreferences, Lead, SellerProperty
from tests.leads.admin.typed import filled_in


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


FIELDS = ["areas", "must_have", "property_sub_types"]
WISHES: Any = modelform_factory(BuyerPreferences, fields=FIELDS)
GOOD = {"areas": '[{"kind": "city", "name": "Lakeside"}]', "must_have": '["pool"]', "property_sub_types": "[]"}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, set()),
        ({"areas": '["Mueller"]'}, {"areas"}),
        ({"areas": "5"}, {"areas"}),
        ({"areas": '[{"kind": "moon", "name": "Tranquility"}]'}, {"areas"}),
        ({"areas": "[{"}, {"areas"}),
        ({"must_have": '"pool"'}, {"must_have"}),
        ({"must_have": '{"pool": true}', "property_sub_types": "[1]"}, {"must_have", "property_sub_types"}),
    ],
)
def test_json_of_another_shape_is_refused(lead: Lead, typed: dict[str, str], wrong: set[str]) -> None:
    form = WISHES(GOOD | typed, instance=BuyerPreferences(lead=lead))
    assert set(form.errors) == wrong


def test_what_is_noted_by_hand_is_on_the_timeline(office: Client, lead: Lead) -> None:
    BuyerPreferences.objects.create(lead=lead)
    change = reverse("admin:leads_lead_change", args=[lead.pk])
    typed = filled_in(office.get(change)) | {"preferences-0-price_max": "450000", "preferences-0-motivation": "work"}
    assert office.post(change, typed).status_code == 302
    assert lead.activities.get(kind="preferences").summary == "Wishes noted by hand: motivation, price max"
    assert office.post(change, filled_in(office.get(change)) | {"city": "Lakeside"}).status_code == 302
    assert lead.activities.count() == 1
