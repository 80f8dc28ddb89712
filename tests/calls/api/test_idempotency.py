"""A request under an `Idempotency-Key` is carried out once, whoever repeats it, when, and how often."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from calls.api import idempotency
from calls.models import Call, Comparison, IdempotentRequest
from leads.models import Lead, Suppression
from tests.calls.api.client import bearer, error
from tests.calls.carrier_stub import Carrier
from tests.people import make_lead

REALTIME = {"type": "realtime"}


def under(key: str, client: Client, lead: Lead, body: Any = REALTIME, path: str = "") -> Any:
    return client.post(
        path or f"/api/calls/{lead.pk}/initiate",
        body if isinstance(body, bytes) else json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_a_repeat_after_the_call_s_end_rings_nobody(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    first = under("k1", client, lead)
    Call.objects.update(status="completed", ended_at=now())
    again = under("k1", client, lead)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(carrier.created()) == 1
    assert under("k2", client, lead).json()["id"] != first.json()["id"]


@pytest.mark.parametrize("key", ['"k1"', " k1 ", "k1"])
def test_a_key_may_be_written_as_the_draft_does(lead: Lead, omar: User, carrier: Carrier, key: str) -> None:
    client = bearer(omar)
    first = under("k1", client, lead)
    assert under(key, client, lead, b'{  "type":"realtime"}').json() == first.json()


@pytest.mark.parametrize("body", [{"type": "conversational"}, {**REALTIME, "agentMode": "seller"}])
def test_a_key_of_another_request_is_refused(lead: Lead, omar: User, carrier: Carrier, body: Any) -> None:
    client = bearer(omar)
    under("k1", client, lead)
    assert error(under("k1", client, lead, body), 422) == "idempotency_key_reused"
    assert error(under("k1", client, make_lead()), 422) == "idempotency_key_reused"
    assert len(carrier.created()) == 1


def test_a_key_belongs_to_who_asks(lead: Lead, omar: User, mona: User, carrier: Carrier) -> None:
    under("k1", bearer(omar), lead)
    assert error(under("k1", bearer(mona), lead), 409) == "blocked"


@pytest.mark.parametrize("key", ["", " ", '""', "a b", "ä", "x" * 256, "a\tb"])
def test_what_is_no_key_is_refused_and_calls_nobody(lead: Lead, omar: User, carrier: Carrier, key: str) -> None:
    assert error(under(key, bearer(omar), lead), 400) == "bad_request"
    assert not carrier.requests


def test_a_request_that_is_still_carried_out_is_not_begun_again(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    under("k1", client, lead)
    IdempotentRequest.objects.update(status=None, answer=None)
    assert error(under("k1", client, lead), 409) == "request_in_progress"
    assert len(carrier.created()) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_time_one_calls(lead: Lead, omar: User, carrier: Carrier) -> None:
    client, answers = bearer(omar), []
    gate = threading.Barrier(6)

    def ask() -> None:
        try:
            gate.wait()
            answers.append(under("k1", client, lead).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {201, 409}
    assert len(answers) == 6
    assert 201 in answers
    assert len(carrier.created()) == Call.objects.count() == 1


def test_what_was_refused_before_anything_was_done_may_be_tried_again(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    stop = Suppression.objects.create(phone=lead.phone, reason="verbal_request")
    assert error(under("k1", client, lead), 409) == "blocked"
    stop.delete()
    assert under("k1", client, lead).status_code == 201


def test_a_call_that_may_have_been_placed_is_not_placed_again(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    carrier.will_refuse(400, 21211, "Invalid 'To' Phone Number")
    first = under("k1", client, lead)
    assert error(first, 502) == "carrier_refused"
    again = under("k1", client, lead)
    assert (again.status_code, again.json()) == (502, first.json())
    assert Call.objects.count() == 1


def test_a_comparison_is_begun_once(lead: Lead, omar: User, carrier: Carrier, settings: Settings) -> None:
    settings.TEST_LINES = {"buyer": "+15125550181"}
    client, body = bearer(omar), {"leadId": str(lead.pk), "types": ["realtime"], "persona": "buyer"}
    first, again = (under("k1", client, lead, body, "/api/comparisons") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert Comparison.objects.count() == 1


def test_an_end_is_answered_as_it_was(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    placed = under("k1", client, lead).json()["id"]
    first, again = (under("k2", client, lead, {}, f"/api/calls/{placed}/end") for _ in range(2))
    assert (first.status_code, again.json()) == (200, first.json())
    assert error(under("k1", client, lead, {}, f"/api/calls/{placed}/end"), 422) == "idempotency_key_reused"


def test_a_key_is_kept_for_a_month(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    under("k1", client, lead)
    Call.objects.update(status="completed", ended_at=now())
    IdempotentRequest.objects.update(created_at=now() - idempotency.KEPT + timedelta(hours=1))
    under("k1", client, lead)
    assert len(carrier.created()) == 1
    IdempotentRequest.objects.update(created_at=now() - idempotency.KEPT - timedelta(hours=1))
    under("k1", client, lead)
    assert len(carrier.created()) == 2
    assert IdempotentRequest.objects.count() == 1
