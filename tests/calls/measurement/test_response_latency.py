"""One definition of response latency: the recording's where there is one, else the server's, and it says which."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import now

from calls.comparison.runs import call_row
from calls.dashboard.call_view import call_views
from calls.measurement.response_latency import ResponseLatency, response_latency
from calls.models import Call, CallMeasurement, Turn
from leads.models import Lead
from tests.people import make_call

pytestmark = pytest.mark.django_db


def turn(speaker: Turn.Speaker, latency_ms: int | None) -> Turn:
    return Turn(speaker=speaker, engine="realtime", text="Hi", latency_ms=latency_ms)


def measured(metric: str = "response_latency_p50", *, basis: str = "recording", **detail: Any) -> CallMeasurement:
    return CallMeasurement(metric=metric, basis=basis, value=1, unit="ms", detail=detail)


AGENT, LEAD, STAFF = Turn.Speaker.AGENT, Turn.Speaker.LEAD, Turn.Speaker.STAFF


def test_the_recording_counts_where_it_is_measured() -> None:
    found = response_latency([turn(AGENT, 300)], [measured(each=[780, 820, 1400])])
    assert found == ResponseLatency((780, 820, 1400), "recording")
    assert found.as_dict() == {"p50": 820, "p95": 1400, "answers": 3, "basis": "recording"}


def test_until_then_the_server_stands_in_and_says_so() -> None:
    turns = [turn(AGENT, 300), turn(LEAD, 9), turn(AGENT, None), turn(STAFF, 500)]
    assert response_latency(turns, []) == ResponseLatency((300, 500), "server")
    assert response_latency(turns, [measured(basis="simulation", each=[1])]) == ResponseLatency((300, 500), "server")


def test_a_measured_recording_without_an_answer_has_none() -> None:
    found = response_latency([turn(AGENT, 300)], [measured("greeting_delay")])
    assert found.as_dict() == {"p50": None, "p95": None, "answers": 0, "basis": "recording"}


@pytest.mark.parametrize("each", [[], [780, 820, 1400]])
def test_every_page_and_the_api_give_the_same_figure_for_a_call(
    client: Client, omar: User, lead: Lead, each: list[int]
) -> None:
    call: Call = make_call(lead, status="completed", ended_at=now(), placed_by=omar)
    Turn.objects.create(call=call, speaker=AGENT, engine="realtime", text="Hi", item_id="1", latency_ms=300)
    if each:
        CallMeasurement.objects.create(
            call=call, metric="response_latency_p50", basis="recording", value=820, unit="ms", detail={"each": each}
        )
    client.force_login(omar)
    latency = json.loads(client.get(f"/api/calls/{call.pk}").content)["latency_ms"]
    assert latency["basis"] == ("recording" if each else "server")
    assert call_row(call)["latency_ms"] == {name: latency[name] for name in ("p50", "p95", "answers", "basis")}
    figures = call_views([call])[0].figures
    assert (figures.p50_ms, figures.p95_ms, figures.basis) == (latency["p50"], latency["p95"], latency["basis"])
