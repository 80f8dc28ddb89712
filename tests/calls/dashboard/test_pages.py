"""The calls' pages: the list, one call, hanging up, and the recording."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries, Settings

from calls.call_log.engine_spans import begin_engine
from calls.call_log.transcript import Utterance, add_turn
from calls.models import Call, CallEvent, CallMeasurement, Engine, Recording, ToolUse, Turn
from leads.models import Lead
from tests.calls.carrier_stub import Carrier
from tests.people import make_call, make_lead
from tests.stories import BUYER_TALK, finished_call, record, tell


def read(client: Client, user: User, address: str) -> str:
    """A page as that user sees it."""
    client.force_login(user)
    return client.get(address).content.decode()


@pytest.fixture
def live(lead: Lead) -> Call:
    """A realtime call to Omar's lead, answered half a minute ago."""
    return make_call(lead, answered_at=now() - timedelta(seconds=30), simulated=True)


@pytest.mark.parametrize("name", ["call_list", "comparison_list"])
def test_a_stranger_is_sent_to_the_login_page(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).headers["Location"].startswith("/login/")


def test_a_call_of_another_agents_lead_is_not_there(client: Client, bob: User, live: Call) -> None:
    client.force_login(bob)
    assert client.get(live.get_absolute_url()).status_code == 404
    assert client.post(reverse("call_end", args=[live.pk])).status_code == 404
    assert str(live.pk) not in read(client, bob, reverse("call_list"))


def test_a_bookmark_with_a_former_spelling_finds_what_it_found(client: Client, omar: User) -> None:
    call = make_call(make_lead(), status="dialing", answered_at=None)
    make_call(make_lead(), status="completed", ended_at=now())
    page = read(client, omar, f"{reverse('call_list')}?status=dialling")
    assert (page.count("/calls/"), str(call.pk) in page) == (
        read(client, omar, f"{reverse('call_list')}?status=dialing").count("/calls/"),
        True,
    )


@pytest.mark.parametrize("query", ["type=%00", "status=%00", "type=real%00time", "page=%00"])
def test_what_no_row_can_hold_is_no_fault(client: Client, omar: User, query: str) -> None:
    client.force_login(omar)
    assert client.get(f"{reverse('call_list')}?{query}").status_code == 200


def test_the_manager_sees_every_call(client: Client, mona: User, live: Call) -> None:
    assert str(live.pk) in read(client, mona, reverse("call_list"))
    assert client.get(live.get_absolute_url()).status_code == 200


def test_an_unknown_call_is_not_there(client: Client, omar: User) -> None:
    client.force_login(omar)
    assert client.get(reverse("call_detail", args=[uuid.uuid4()])).status_code == 404


def test_the_list_is_narrowed_by_type_and_status(client: Client, omar: User) -> None:
    busy = make_call(make_lead(), type="regular", status="busy", ended_at=now())
    done = make_call(make_lead(), type="realtime", status="completed", ended_at=now())
    page = read(client, omar, f"{reverse('call_list')}?type=regular&status=busy")
    assert str(busy.pk) in page
    assert str(done.pk) not in page


def test_nonsense_in_the_filter_finds_nothing_and_breaks_nothing(client: Client, omar: User, live: Call) -> None:
    assert "No such call" in read(client, omar, f"{reverse('call_list')}?type='\"<b>")


def test_the_list_renews_itself_while_a_call_is_live(client: Client, omar: User, live: Call) -> None:
    assert "every 3s" in read(client, omar, reverse("call_list"))
    Call.objects.update(status="completed", ended_at=now())
    assert "every 3s" not in read(client, omar, reverse("call_list"))


def test_the_list_asks_the_same_number_of_queries_for_any_number_of_calls(
    client: Client, omar: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        make_call(make_lead(), status="completed", ended_at=now())
    client.force_login(omar)
    with django_assert_max_num_queries(8):
        client.get(reverse("call_list"))


def test_a_live_call_shows_who_holds_the_line_and_what_was_said(client: Client, omar: User, live: Call) -> None:
    begin_engine(live.pk, Engine.REALTIME)
    tell(live, BUYER_TALK[:4])
    page = read(client, omar, live.get_absolute_url())
    assert "OpenAI Realtime, voice to voice" in page
    assert "three bedrooms" in page
    assert "answered in 640 ms" in page
    assert "simulated" in page
    assert "End call" in page


def test_a_turn_that_was_cut_shows_what_was_never_heard(client: Client, omar: User, live: Call) -> None:
    said = Utterance(
        speaker=Turn.Speaker.AGENT,
        engine=Engine.REALTIME,
        item_id="i",
        text="We have two homes",
        generated_text="We have two homes with a pool",
        interrupted=True,
    )
    add_turn(live.pk, said)
    page = read(client, omar, live.get_absolute_url())
    assert "with a pool</del>" in page
    assert "interrupted" in page


def test_a_tool_is_shown_while_it_runs_and_with_its_refusal(client: Client, omar: User, live: Call) -> None:
    ToolUse.objects.create(call=live, name="check_availability", tool_call_id="1", engine="realtime")
    error = {"code": "slot_taken", "message": "Taken", "say": "That time was just taken."}
    ToolUse.objects.create(
        call=live,
        name="schedule_appointment",
        tool_call_id="2",
        engine="realtime",
        arguments={"type": "showing", "slot_id": "secret-slot"},
        result={"ok": False, "error": error},
        ok=False,
        finished_at=now(),
    )
    page = read(client, omar, live.get_absolute_url())
    assert "working…" in page
    assert "That time was just taken." in page
    assert "secret-slot" not in page


def test_what_a_caller_says_is_never_markup(client: Client, omar: User, live: Call) -> None:
    tell(live, [("lead", "<img src=x onerror=alert(1)>", None)])
    assert "<img" not in read(client, omar, live.get_absolute_url())


def test_a_failed_call_says_what_went_wrong_and_cannot_be_ended(client: Client, omar: User, lead: Lead) -> None:
    call = make_call(
        lead, status="failed", ended_at=now(), answered_at=None, error_code="21211", error_message="Not a number"
    )
    page = read(client, omar, call.get_absolute_url())
    assert "Not a number" in page
    assert "No recording: nobody answered." in page
    assert "End call" not in page


def test_a_finished_call_shows_recording_outcome_and_cost(client: Client, omar: User, lead: Lead) -> None:
    call = finished_call(lead, "realtime", placed_by=omar)
    page = read(client, omar, call.get_absolute_url())
    assert reverse("recording_audio", args=[call.recordings.get().pk]) in page
    assert "Appointment set" in page
    assert "$0." in page
    assert "0:40" in page


def test_a_recording_on_which_nobody_answers_and_one_that_never_came_are_told(
    client: Client, omar: User, lead: Lead
) -> None:
    call = finished_call(lead, "regular", placed_by=omar)
    CallMeasurement.objects.filter(call=call, metric="response_latency_p50").delete()
    assert "On the recording nobody answered the other." in read(client, omar, call.get_absolute_url())
    for rows in (CallMeasurement, CallEvent, Recording, Turn):
        rows.objects.filter(call=call).delete()
    Call.objects.update(ended_at=now())
    page = read(client, omar, call.get_absolute_url())
    assert "The recording is being fetched…" in page
    assert "Measured on the recording, once it is there." in page
    assert "is being written down" in page
    Call.objects.update(ended_at=now() - timedelta(minutes=6))
    page = read(client, omar, call.get_absolute_url())
    assert "There is no recording: none has come from the carrier." in page
    assert "There is no recording that could be measured." in page
    assert "There is no recording to write this call down from." in page


def test_hanging_up_asks_the_carrier_once(client: Client, omar: User, live: Call, carrier: Carrier) -> None:
    client.force_login(omar)
    carrier.calls[live.twilio_sid or ""] = {}
    answer = client.post(reverse("call_end", args=[live.pk]))
    assert answer.headers["Location"] == live.get_absolute_url()
    assert [request.form.get("Status") for request in carrier.requests] == ["completed"]


def test_hanging_up_twice_says_that_it_was_over(client: Client, omar: User, live: Call, carrier: Carrier) -> None:
    Call.objects.update(status="completed", ended_at=now())
    client.force_login(omar)
    page = client.post(reverse("call_end", args=[live.pk]), follow=True).content.decode()
    assert "had already ended" in page
    assert not carrier.requests


def test_a_carrier_that_does_not_answer_is_told(client: Client, omar: User, live: Call, carrier: Carrier) -> None:
    carrier.will_refuse(500, 20500, "Internal error")
    client.force_login(omar)
    page = client.post(reverse("call_end", args=[live.pk]), follow=True).content.decode()
    assert "The carrier did not take the request" in page


def test_taking_over_rings_ones_own_phone(client: Client, omar: User, live: Call, carrier: Carrier) -> None:
    begin_engine(live.pk, Engine.REALTIME)
    carrier.calls[live.twilio_sid or ""] = {"sid": live.twilio_sid, "status": "in-progress"}
    page = read(client, omar, live.get_absolute_url())
    assert reverse("call_take_over", args=[live.pk]) in page
    page = client.post(reverse("call_take_over", args=[live.pk]), follow=True).content.decode()
    assert "Your phone rings" in page
    assert live.transfers.get().colleague == omar


def test_what_cannot_be_taken_over_says_why(client: Client, omar: User, live: Call, carrier: Carrier) -> None:
    client.force_login(omar)
    page = client.post(reverse("call_take_over", args=[live.pk]), follow=True).content.decode()
    assert "Not taken over. The AI does not hold this call now." in page


def test_another_agents_call_cannot_be_taken_over(client: Client, bob: User, live: Call) -> None:
    client.force_login(bob)
    assert client.post(reverse("call_take_over", args=[live.pk])).status_code == 404


def test_hanging_up_is_a_post(client: Client, omar: User, live: Call) -> None:
    client.force_login(omar)
    assert client.get(reverse("call_end", args=[live.pk])).status_code == 405


@pytest.fixture
def recording(lead: Lead, settings: Settings, tmp_path: object) -> Recording:
    """Two seconds of stereo at 8 kHz: 64 044 bytes."""
    settings.MEDIA_ROOT = tmp_path
    return record(make_call(lead, status="completed", ended_at=now()), seconds=2)


def test_a_recording_is_served_whole_and_seekable(client: Client, omar: User, recording: Recording) -> None:
    client.force_login(omar)
    answer = client.get(reverse("recording_audio", args=[recording.pk]))
    assert (answer.status_code, len(answer.content)) == (200, 64_044)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "audio/wav"
    assert "private" in answer.headers["Cache-Control"]


def test_a_part_of_a_recording_is_served_as_a_part(client: Client, omar: User, recording: Recording) -> None:
    client.force_login(omar)
    answer = client.get(reverse("recording_audio", args=[recording.pk]), headers={"Range": "bytes=44-143"})
    assert (answer.status_code, len(answer.content)) == (206, 100)
    assert answer.headers["Content-Range"] == "bytes 44-143/64044"


def test_a_range_beyond_the_end_is_refused_with_the_length(client: Client, omar: User, recording: Recording) -> None:
    client.force_login(omar)
    answer = client.get(reverse("recording_audio", args=[recording.pk]), headers={"Range": "bytes=99999-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */64044"


def test_nobody_hears_another_agents_recording(client: Client, bob: User, zoe: User, recording: Recording) -> None:
    address = reverse("recording_audio", args=[recording.pk])
    assert client.get(address).status_code == 302
    client.force_login(bob)
    assert client.get(address).status_code == 404
    client.force_login(zoe)
    assert client.get(address).status_code == 403


def test_a_recording_whose_file_is_gone_is_not_there(client: Client, omar: User, recording: Recording) -> None:
    recording.file.storage.delete(recording.file.name or "")
    client.force_login(omar)
    assert client.get(reverse("recording_audio", args=[recording.pk])).status_code == 404


def test_a_recording_still_at_the_carrier_is_not_served(client: Client, omar: User, recording: Recording) -> None:
    Recording.objects.update(status="announced")
    client.force_login(omar)
    assert client.get(reverse("recording_audio", args=[recording.pk])).status_code == 404
