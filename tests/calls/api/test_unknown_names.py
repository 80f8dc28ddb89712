"""Names that are none, in an address."""

import pytest
from django.contrib.auth.models import User

from calls.api.unknown_names import nearest_name, unknown_name
from leads.models import Lead
from tests.calls.api.client import bearer, error, post
from tests.calls.carrier_stub import Carrier
from tests.people import make_call


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("leadId={lead}", "leadId: no such name; did you mean lead?"),
        ("Lead={lead}", "Lead: no such name; did you mean lead?"),
        ("lead_id={lead}", "lead_id: no such name; did you mean lead?"),
        ("limits=1", "limits: no such name; did you mean limit?"),
        ("page=2", "page: no such name; there are lead, limit, offset"),
        ("lead={lead}&lead={lead}", "lead: given twice"),
        ("lead={lead}&x", "x: no such name"),
        ("request=1", "request: no such name"),
        ("%00=1", "no such name"),
    ],
)
def test_a_query_name_that_is_none_is_refused_by_name(lead: Lead, omar: User, query: str, named: str) -> None:
    make_call(lead)
    answer = bearer(omar).get(f"/api/calls?{query.format(lead=lead.pk)}")
    assert error(answer, 400) == "bad_request"
    assert named in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/api/calls/{call}", "/api/calls/{call}/end", "/api/comparisons"])
def test_where_no_query_is_taken_none_is_ignored(omar: User, carrier: Carrier, path: str) -> None:
    call = make_call()
    address = f"{path.format(call=call.pk)}?call_id=1"
    ask = bearer(omar)
    answer = ask.get(address) if path.endswith("{call}") else post(ask, address, {"leadId": str(call.lead_id)})
    assert error(answer, 400) == "bad_request"
    assert "call_id: no such name; there is none here" in answer.json()["error"]["message"]
    assert not carrier.requests


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("agentmode", "agentMode"),
        ("agent-mode", "agentMode"),
        ("usrId", "userId"),
        ("x", ""),
        ("", ""),
        ("a" * 10_000, ""),
    ],
)
def test_the_nearest_name_is_the_one_meant(name: str, nearest: str) -> None:
    assert nearest_name(name, ["agentMode", "userId"]) == nearest
    assert len(unknown_name(name, ["agentMode", "userId"])) < 200
