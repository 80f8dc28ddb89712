"""What the JSON API takes: the older flags, and bodies that are refused."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from calls.models import Call
from leads.models import Lead
from tests.calls.api.client import bearer, error, initiate
from tests.calls.carrier_stub import Carrier


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        ({"useRealtimeAI": True}, "realtime"),
        ({"useConversationalAI": True}, "conversational"),
        ({"useRealtimeAI": False}, "regular"),
        ({"useRealtimeAI": False, "useConversationalAI": True}, "conversational"),
        ({"useRealtimeAI": False, "useConversationalAI": False}, "regular"),
        ({"type": "realtime", "useRealtimeAI": True}, "realtime"),
        ({"type": "realtime", "useConversationalAI": False, "anything": "else"}, "realtime"),
    ],
)
def test_the_older_flags_still_work(lead: Lead, omar: User, carrier: Carrier, body: Any, type_: str) -> None:
    answer = initiate(bearer(omar), lead, body)
    assert (answer.status_code, answer.json()["type"]) == (201, type_)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"type": "realtime"',
        b"null",
        b"[]",
        b'"realtime"',
        b"{}",
        {"type": ""},
        {"type": None},
        {"type": "fax"},
        {"type": ["realtime"]},
        {"type": "realtime", "agentMode": "renter"},
        {"type": "realtime", "userId": {"a": 1}},
        {"type": "realtime", "userId": "nobody"},
        {"type": "realtime", "userId": 999_999},
        {"type": "realtime", "userId": 10**30},
        {"type": "realtime", "userId": "x\x00y"},
        {"type": "realtime", "userId": "\ud800"},
        {"useRealtimeAI": True, "useConversationalAI": True},
        {"type": "regular", "useRealtimeAI": True},
        {"useRealtimeAI": "perhaps"},
    ],
)
def test_a_bad_body_is_400_and_calls_nobody(lead: Lead, omar: User, carrier: Carrier, body: Any) -> None:
    error(initiate(bearer(omar), lead, body), 400)
    assert not carrier.requests
    assert not Call.objects.exists()


def test_true_is_nobodys_user_id(lead: Lead, omar: User, carrier: Carrier) -> None:
    assert error(initiate(bearer(omar), lead, {"type": "realtime", "userId": True}), 400) == "bad_request"
    assert carrier.created() == []
