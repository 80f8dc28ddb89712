"""Comparisons over the JSON API."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from calls.models import Comparison
from leads.models import Lead, Suppression
from tests.calls.api.client import bearer, error, post
from tests.calls.carrier_stub import Carrier


def test_a_comparison_is_started_and_read(lead: Lead, omar: User, carrier: Carrier, settings: Settings) -> None:
    settings.TEST_LINES = {"buyer": "+15125550181 +15125550182 +15125550183"}
    client = bearer(omar)
    answer = post(client, "/api/comparisons", {"leadId": str(lead.pk), "types": ["realtime", "conversational"]})
    assert answer.status_code == 201, answer.content
    comparison = Comparison.objects.get()
    assert {call.status for call in comparison.calls.all()} == {"placed"}
    table = client.get(f"/api/comparisons/{comparison.pk}")
    assert table.status_code == 200
    assert {row["type"] for row in table.json()["calls"]} == {"realtime", "conversational"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"leadId": "x"},
        {"leadId": None},
        {"leadId": "LEAD", "types": []},
        {"leadId": "LEAD", "types": ["fax"]},
        {"leadId": "LEAD", "types": "realtime"},
        {"leadId": "LEAD", "persona": "ghost"},
        {"leadId": "LEAD", "agentMode": "x"},
        b"nope",
    ],
)
def test_a_bad_comparison_is_400(lead: Lead, omar: User, carrier: Carrier, body: Any) -> None:
    if isinstance(body, dict) and body.get("leadId") == "LEAD":
        body = body | {"leadId": str(lead.pk)}
    error(post(bearer(omar), "/api/comparisons", body), 400)
    assert not Comparison.objects.exists()


def test_a_comparison_on_an_unknown_or_foreign_lead_is_404(lead: Lead, bob: User, omar: User, carrier: Carrier) -> None:
    assert error(post(bearer(bob), "/api/comparisons", {"leadId": str(lead.pk)}), 404) == "not_found"
    assert error(post(bearer(omar), "/api/comparisons", {"leadId": str(uuid.uuid4())}), 404) == "not_found"
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    for client, key in ((bearer(bob), comparison.pk), (bearer(omar), uuid.uuid4()), (bearer(omar), "x")):
        assert error(client.get(f"/api/comparisons/{key}"), 404) == "not_found"


def test_a_comparison_nobody_may_place_is_409(lead: Lead, omar: User, carrier: Carrier) -> None:
    Suppression.objects.create(phone=lead.phone, reason="verbal_request")
    answer = post(bearer(omar), "/api/comparisons", {"leadId": str(lead.pk)})
    assert error(answer, 409) == "blocked"
    assert "D2" in {block["rule"] for block in answer.json()["blocked"]}
