"""The HTTP routes: every app is reached where users, the carrier and scripts expect it."""

import uuid

import pytest
from django.urls import Resolver404, resolve

PK = uuid.UUID(int=7)


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("/", "home"),
        (f"/calls/{PK}/", "call_detail"),
        (f"/webhooks/twilio/voice/{PK}", "twilio_voice"),
        (f"/webhooks/twilio/gather/{PK}/1", "twilio_gather"),
        ("/api/realtime/health", "health"),
        ("/admin/", "admin:index"),
    ],
)
def test_an_address_is_answered_by_the_view_of_that_name(path: str, view: str) -> None:
    assert resolve(path).view_name == view


def test_another_address_is_not_found() -> None:
    with pytest.raises(Resolver404):
        resolve("/no/such/page")
