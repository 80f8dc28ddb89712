"""Which steps of a call are reported, and what faults make of the reports."""

from typing import Any

import pytest

from sandbox.config import Config
from sandbox.services import Services
from sandbox.twilio.call.resource import Call, Callback, Options
from sandbox.twilio.task_supervisor import TaskSupervisor
from sandbox.twilio.webhooks.requests import Webhooks
from sandbox.twilio.webhooks.status_callbacks import StatusCallbacks

STATUS = Callback("https://app/status", events=frozenset({"initiated", "completed"}))


class Reports(Webhooks):
    """Reports as they are made, none of them sent."""

    def __init__(self, services: Services) -> None:
        super().__init__(services, TaskSupervisor(services.complaints))
        self.made: list[tuple[dict[str, str], float, bool]] = []

    def report(self, call: Call, callback: Callback, form: Any, *, late: float = 0.0, in_order: bool = True) -> None:
        self.made.append((dict(form), late, in_order))


def announced(*events: str, fault: str = "", **params: Any) -> list[tuple[dict[str, str], float, bool]]:
    services = Services(Config())
    if fault:
        services.faults.add(fault, **params)
    reports, call = Reports(services), Call("AC1", "+15125550101", "+15125550100", Options(status=STATUS))
    for event in events:
        StatusCallbacks(services, reports).announce(call, event)
    return reports.made


async def test_only_the_events_asked_for_are_reported_and_numbered():
    made = announced("initiated", "ringing", "completed")
    assert [form["SequenceNumber"] for form, _, _ in made] == ["0", "1"]
    assert made[0][0]["CallStatus"] == "initiated"


@pytest.mark.parametrize(
    ("fault", "params", "reports"),
    [
        ("twilio.status_lost", {}, []),
        ("twilio.status_duplicate", {}, [(0.0, True), (0.0, True)]),
        ("twilio.status_late", {"seconds": 5.0}, [(5.0, True)]),
        ("twilio.status_reorder", {"seconds": 1.0}, [(1.0, False)]),
    ],
)
async def test_a_fault_loses_repeats_delays_or_reorders_a_report(fault, params, reports):
    assert [(late, in_order) for _, late, in_order in announced("initiated", fault=fault, **params)] == reports
