"""Erasing a lead: what was said goes, the record that there were calls and the wish not to be called stay."""

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db.models import CharField, JSONField, TextField
from django.utils.timezone import now
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from calls.call_log.events import log_event
from calls.lead_actions.erasure import LIVE, erase, why_not_erased
from calls.lifecycle.placing import Refusal, request_call
from calls.models import (
    CallMeasurement,
    CallType,
    Comparison,
    ConversationStep,
    EarlyAnswer,
    EventKind,
    Recording,
    ToolUse,
    Transfer,
    Turn,
    Usage,
)
from calls.recordings.storage import Announcement, record_announcement
from leads.consent.suppression import suppress_number
from leads.models import Activity, Appointment, BuyerPreferences, Lead, SellerProperty, Suppression
from leads.timeline.activities import record_activity
from tests.people import make_call, make_lead, make_listing

SECRET = "Wolfeschlegel"


@pytest.fixture
def told(omar: User, tmp_path: Path, settings: Settings) -> Lead:
    """A lead whose name stands wherever a name can stand, with an ended call and a suppressed number."""
    settings.MEDIA_ROOT = tmp_path
    lead = make_lead(
        first_name=SECRET, last_name=SECRET, email=f"{SECRET}@example.com", address=f"1 {SECRET} St", owner=omar,
        source_detail=SECRET, inquiry_listing=make_listing(), phone_extension="45",
    )  # fmt: skip
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer", briefing={"name": SECRET})
    call = make_call(
        lead, status="completed", ended_at=now(), comparison=comparison, opening=f"Hello {SECRET}", summary=SECRET,
        error_message=SECRET, outcome="do_not_call", duration_seconds=61,
    )  # fmt: skip
    Turn.objects.create(call=call, speaker="lead", engine="realtime", text=SECRET, item_id="1")
    ToolUse.objects.create(
        call=call,
        name="book",
        tool_call_id="1",
        engine="realtime",
        arguments={"attendee": SECRET},
        result={"s": SECRET},
    )
    log_event(call.pk, EventKind.OPT_OUT, heard=SECRET)
    log_event(call.pk, EventKind.GATE, allowed=True)
    ConversationStep.objects.create(call=call, number=1, heard=SECRET, twiml=SECRET)
    EarlyAnswer.objects.create(call=call, number=1, asked="x", text=SECRET)
    Transfer.objects.create(call=call, reason="request", summary=SECRET, colleague=omar, phone="+15125550190")
    recording = Recording.objects.create(call=call, sid="RE1", status="stored", rms=[0.1])
    recording.file.save("RE1.wav", ContentFile(b"sound"))
    CallMeasurement.objects.create(call=call, metric="latency", value=1)
    Usage.objects.create(call=call, meter="twilio.outbound_minute", quantity=1, key="k")
    BuyerPreferences.objects.create(lead=lead, motivation=SECRET)
    SellerProperty.objects.create(lead=lead, address=f"2 {SECRET} St")
    Appointment.objects.create(
        lead=lead, agent=omar, type="showing", start_at=now(), end_at=now().replace(year=2100), timezone="UTC",
        attendee_name=SECRET, confirm_phrase=SECRET, notes=SECRET,
    )  # fmt: skip
    record_activity(lead.pk, Activity.Kind.NOTE, f"{SECRET} called")
    suppress_number(str(lead.phone), reason=Suppression.Reason.VERBAL_REQUEST)
    return lead


def columns_that_tell() -> list[str]:
    """Every column of every table that holds the secret."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField | JSONField):
                values = model._default_manager.values_list(field.name, flat=True)
                if any(SECRET in str(value) for value in values):
                    found.append(f"{model._meta.label}.{field.name}")
    return found


def test_no_column_of_any_table_tells_who_it_was_and_the_sound_is_gone(
    told: Lead, mona: User, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert len(columns_that_tell()) > 15
    assert list(tmp_path.rglob("*.wav"))
    with django_capture_on_commit_callbacks(execute=True):
        erase(told, by=mona)
    assert columns_that_tell() == []
    assert not list(tmp_path.rglob("*.wav"))


def test_the_record_that_there_was_a_call_and_the_wish_not_to_be_called_stay(told: Lead, mona: User) -> None:
    number, call = str(told.phone), told.calls.get()
    erase(told, by=mona)
    call.refresh_from_db()
    told.refresh_from_db()
    assert (str(call.to_number), call.status, call.outcome, call.seconds) == (number, "completed", "do_not_call", 61)
    assert call.events.filter(kind=EventKind.GATE, data__allowed=True).exists()
    assert call.usage.exists()
    assert call.measurements.exists()
    assert Suppression.objects.filter(phone=number).exists()
    assert (told.full_name, str(told.phone), told.owner) == ("Erased lead", "", told.owner)
    assert [line.summary for line in told.activities.all()] == ["Erased by Mona Moss"]
    assert told.appointments.get().status == Appointment.Status.CANCELED


def test_an_erased_lead_is_called_by_nobody_and_its_recordings_are_not_fetched_again(
    told: Lead, mona: User, omar: User
) -> None:
    call = told.calls.get()
    erase(told, by=mona)
    told.refresh_from_db()
    assert isinstance(request_call(lead=told, type=CallType.REALTIME, placed_by=omar), Refusal)
    assert record_announcement(call, Announcement(sid="RE1", status="completed", url="https://x/RE1")) is None


def test_a_lead_that_was_never_called_leaves_no_row(mona: User) -> None:
    lead = make_lead()
    SellerProperty.objects.create(lead=lead, address="22 Hickory Bend")
    erase(lead, by=mona)
    assert not Lead.objects.exists()


def test_a_number_is_free_for_another_lead_once_its_lead_is_erased(told: Lead, mona: User) -> None:
    number = str(told.phone)
    erase(told, by=mona)
    make_lead(phone=number, phone_extension="45")
    assert Lead.objects.filter(phone=number).count() == 1


def test_a_live_or_waiting_call_stands_in_the_way(lead: Lead) -> None:
    assert why_not_erased(lead) == ""
    call = make_call(lead)
    assert why_not_erased(lead) == LIVE
    type(call).objects.filter(pk=call.pk).update(status="queued")
    assert why_not_erased(lead) == LIVE
