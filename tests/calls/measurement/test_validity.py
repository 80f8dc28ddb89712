"""Which calls stand for their type, and why the others do not."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.comparison.view import compared_call, comparison_view
from calls.dashboard.call_view import call_view
from calls.measurement.validity import measurement_shortfall
from calls.models import Call, CallEvent, CallMeasurement, Comparison, EngineSpan, Recording, Transfer
from leads.models import Lead
from tests.calls.measurement.measured import unmeasured
from tests.stories import finished_call


@pytest.fixture
def call(lead: Lead) -> Call:
    """A realtime call, completed, recorded and measured."""
    return finished_call(lead, "realtime")


def exclusion_of(call: Call) -> str:
    call.refresh_from_db()
    return compared_call(call_view(call)).exclusion


def handed(call: Call, omar: User, reason: str, status: str) -> None:
    Transfer.objects.create(call=call, reason=reason, colleague=omar, phone="+15125550190", status=status)


def test_a_call_its_own_engine_held_to_the_end_counts(call: Call) -> None:
    assert exclusion_of(call) == ""


@pytest.mark.parametrize(("status", "told"), [("busy", "busy"), ("no_answer", "no answer"), ("failed", "failed")])
def test_a_call_that_was_not_completed_does_not_count(call: Call, status: str, told: str) -> None:
    Call.objects.filter(pk=call.pk).update(status=status)
    assert exclusion_of(call) == f"it was not completed ({told})"


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ("conversation", "it went on turn by turn"),
        ("promise", "it ended in a promise to call back"),
        ("machine", "a machine answered"),
        ("human", "a colleague talked on"),
    ],
)
def test_a_call_another_engine_held_for_a_while_does_not_count(call: Call, engine: str, told: str) -> None:
    EngineSpan.objects.create(call=call, engine=engine, ended_at=now())
    assert exclusion_of(call) == told


def test_a_call_without_a_record_of_its_engine_does_not_count(call: Call) -> None:
    call.spans.all().delete()
    assert exclusion_of(call) == "what held the line is not on record"


def test_a_machine_at_the_other_end_does_not_count(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(answered_by="machine_end_beep")
    assert exclusion_of(call) == "a machine answered"


@pytest.mark.parametrize(
    ("reason", "status", "told"),
    [
        ("take_over", "connected", "staff pressed “Take over”"),
        ("take_over", "unanswered", "staff pressed “Take over”"),
        ("request", "connected", "it was led to a colleague’s phone"),
    ],
)
def test_a_call_led_to_a_colleague_does_not_count(call: Call, omar: User, reason: str, status: str, told: str) -> None:
    handed(call, omar, reason, status)
    assert exclusion_of(call) == told


def test_a_call_staff_ended_does_not_count(call: Call) -> None:
    CallEvent.objects.create(call=call, kind="end_requested")
    assert exclusion_of(call) == "staff ended it"


def test_a_call_a_part_of_which_failed_does_not_count(call: Call) -> None:
    CallEvent.objects.create(call=call, kind="fallback", data={"part": "voice", "to": "say"})
    assert exclusion_of(call) == "a part of it failed and was replaced"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"answers": 3, "measured": True}, ""),
        ({"answers": 1, "measured": True}, "its recording holds 1 answer, and 3 are needed"),
        ({"answers": 0, "measured": True}, "its recording holds no answers, and 3 are needed"),
        ({"answers": 9, "measured": False}, "its recording could not be measured"),
        ({"answers": 9, "measured": False, "has_recording": False}, "there is no recording to measure"),
    ],
)
def test_a_call_of_which_too_little_was_measured_does_not_count(fields: dict[str, Any], told: str) -> None:
    assert measurement_shortfall(**{"has_recording": True} | fields) == told


def test_a_recording_on_which_nobody_answers_is_measured_all_the_same(call: Call) -> None:
    CallMeasurement.objects.filter(call=call, metric="response_latency_p50").delete()
    figures = call_view(call).figures
    assert (figures.basis, figures.answers, figures.measuring) == ("recording", 0, False)


def test_a_recording_that_never_comes_is_not_waited_for_for_ever(comparison: Comparison) -> None:
    call = unmeasured(comparison, "regular")
    Recording.objects.filter(call=call).delete()
    Call.objects.filter(pk=call.pk).update(ended_at=now() - timedelta(minutes=6))
    found = comparison_view(comparison).verdict
    assert found.state == "answer"
    assert found.left_out == ("Regular does not count: there is no recording to measure.",)
