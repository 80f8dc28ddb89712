"""Who may use the JSON API: tokens, sessions, and whose name a call is placed in."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import now

from calls.models import ApiToken
from leads.models import Lead
from tests.calls.api.client import bearer, error, initiate
from tests.calls.carrier_stub import Carrier
from tests.people import make_lead


def test_nobody_in_particular_is_401(lead: Lead, carrier: Carrier) -> None:
    answer = initiate(Client(enforce_csrf_checks=True), lead, {"type": "realtime"})
    assert error(answer, 401) == "unauthenticated"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "Bearer rs_é", "bearer  x y"])
def test_a_wrong_token_is_401(lead: Lead, carrier: Carrier, header: str) -> None:
    client = Client(headers={"Authorization": header})
    assert error(initiate(client, lead, {"type": "realtime"}), 401) == "unauthenticated"


def test_a_token_is_kept_as_a_digest_and_dies_when_revoked(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    token = ApiToken.objects.get()
    sent = str(client.defaults["HTTP_AUTHORIZATION"])
    assert token.digest not in sent
    assert sent.endswith(token.hint)
    assert client.get("/api/calls").status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is not None
    ApiToken.objects.update(revoked_at=now())
    assert error(client.get("/api/calls"), 401) == "unauthenticated"


def test_a_token_of_somebody_who_left_is_401(omar: User, carrier: Carrier) -> None:
    client = bearer(omar)
    User.objects.filter(pk=omar.pk).update(is_active=False)
    assert error(client.get("/api/calls"), 401) == "unauthenticated"


def test_a_stranger_with_a_login_is_403(lead: Lead, zoe: User, carrier: Carrier) -> None:
    for client in (bearer(zoe), Client()):
        client.force_login(zoe)
        assert error(client.get("/api/calls"), 403) == "forbidden"
        assert error(initiate(client, lead, {"type": "realtime"}), 403) == "forbidden"


def test_a_browser_session_needs_the_csrf_token(lead: Lead, omar: User, carrier: Carrier) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(omar)
    assert client.get("/api/calls").status_code == 200
    assert error(initiate(client, lead, {"type": "realtime"}), 403) == "csrf"
    client.get("/login/")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(
        f"/api/calls/{lead.pk}/initiate",
        {"type": "realtime"},
        content_type="application/json",
        headers={"X-CSRFToken": "a" * 32},
    )
    assert answer.status_code == 201


def test_a_call_is_placed_in_one_s_own_name_or_by_a_manager_in_another_s(
    lead: Lead, omar: User, bob: User, mona: User, carrier: Carrier
) -> None:
    unowned = make_lead()
    own = initiate(bearer(omar), lead, {"type": "realtime", "userId": omar.pk})
    assert own.json()["placed_by"] == "omar"
    assert error(initiate(bearer(bob), unowned, {"type": "realtime", "userId": "omar"}), 403) == "forbidden"
    by_manager = initiate(bearer(mona), unowned, {"type": "regular", "userId": "omar"})
    assert by_manager.json()["placed_by"] == "omar"
    assert carrier.created()[-1].form["To"] == "+15125550190"
