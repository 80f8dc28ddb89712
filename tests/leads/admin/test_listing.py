"""Listings in the back office, and that each list of the CRM opens."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import make_listing


@pytest.mark.parametrize("model", ["listing", "suppression", "appointment", "lead"])
def test_every_list_opens(office: Client, model: str) -> None:
    make_listing()
    assert office.get(reverse(f"admin:leads_{model}_changelist")).status_code == 200


def test_a_listing_is_found_by_its_address(office: Client) -> None:
    make_listing(unparsed_address="14 Orchard Lane")
    make_listing(unparsed_address="9 Mill Road")
    page = office.get(reverse("admin:leads_listing_changelist"), {"q": "Orchard"}).content.decode()
    assert "14 Orchard Lane" in page
    assert "9 Mill Road" not in page
