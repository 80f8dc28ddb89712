"""The health page over HTTP: its status codes, and who may read it how."""

import pytest
from django.test import Client

from calls.operations.beats import ROLES, beat
from tests.calls.carrier_stub import Carrier
from tests.calls.vendors import Vendors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _others_run(db: None) -> None:
    for role in ROLES:
        beat(role)


def test_the_status_code_tells_a_load_balancer_whether_to_send_calls_here(
    client: Client, carrier: Carrier, vendors: Vendors
) -> None:
    assert client.get("/api/realtime/health").status_code == 200


def test_a_part_that_is_down_takes_the_process_out_of_the_balance(
    client: Client, carrier: Carrier, vendors: Vendors
) -> None:
    carrier.will_refuse(401, 20003, "Authenticate")
    answer = client.get("/api/realtime/health")
    assert (answer.status_code, answer.json()["down"]) == (503, ["telephony"])


def test_no_proxy_keeps_an_answer(client: Client, carrier: Carrier, vendors: Vendors) -> None:
    assert "no-store" in client.get("/api/realtime/health")["Cache-Control"]


def test_it_is_only_to_be_read(client: Client) -> None:
    assert client.post("/api/realtime/health").status_code == 405
