"""What each fault of Twilio's REST API, webhooks, callbacks, <Gather> and machine detection does on the wire."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.speech import Speech
from tests.sandbox.twilio_world import LEAD, OURS, QUICK, Rebased, World, twilio_world

TURN = '<Gather input="speech" action="/turn" speechTimeout="1" timeout="2"/><Redirect>/after</Redirect>'


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        world.answered_by(script=["Three bedrooms, please."])
        yield world


def fail(world: World, name: str, **params: Any) -> None:
    world.services.faults.add(name, **params)


def steps(world: World) -> list[str]:
    return [form["CallStatus"] for form in world.app.told("/status")]


# REST --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (429, 20429), (500, 20500)])
def test_twilio_create_error_refuses_a_call_and_none_is_placed(world: World, status: int, code: int) -> None:
    fail(world, "twilio.create_error", status=status, code=code, message="No.")

    with pytest.raises(TwilioRestException) as refused:
        world.place("<Hangup/>")

    assert (refused.value.status, refused.value.code) == (status, code)
    assert world.client.calls.list() == []


def test_twilio_create_timeout_may_still_have_dialled(world: World) -> None:
    fail(world, "twilio.create_timeout", seconds=20)
    impatient = Client(world.config.account_sid, world.config.auth_token, http_client=Rebased(world.url, timeout=0.5))

    with pytest.raises(requests.exceptions.Timeout):
        impatient.calls.create(to=LEAD, from_=OURS, url=f"{world.app.url}/voice")

    world.app.wait_for("/voice")
    assert [call.to for call in world.client.calls.list(to=LEAD)] == [LEAD]


def test_twilio_update_error_refuses_to_end_a_live_call_which_goes_on(world: World) -> None:
    fail(world, "twilio.update_error", to=LEAD)
    call = world.place("<Pause length='60'/>")
    world.app.wait_for("/voice")

    with pytest.raises(TwilioRestException) as refused:
        call.update(status="completed")

    assert (refused.value.status, refused.value.code) == (400, 21220)
    assert call.fetch().status == "in-progress"
    call.update(status="completed")
    assert world.finished(call).status == "completed"


def test_twilio_message_error_refuses_a_text_message(world: World) -> None:
    fail(world, "twilio.message_error", to=LEAD)

    with pytest.raises(TwilioRestException) as refused:
        world.client.messages.create(to=LEAD, from_=OURS, body="See you on Tuesday at ten.")

    assert refused.value.code == 21610


# status callbacks --------------------------------------------------------------------------------------------------


def test_twilio_status_duplicate_tells_a_step_twice(world: World) -> None:
    fail(world, "twilio.status_duplicate", event="ringing")
    world.place("<Hangup/>")
    world.app.wait_for("/status", CallStatus="completed")

    rings = [form for form in world.app.told("/status") if form["CallStatus"] == "ringing"]
    assert len(rings) == 2
    assert rings[0] == rings[1]


def test_twilio_status_reorder_lets_a_step_be_overtaken(world: World) -> None:
    fail(world, "twilio.status_reorder", event="answered", seconds=2.0)
    world.place("<Hangup/>")
    world.app.wait_for("/status", CallStatus="in-progress")

    told = [(form["CallStatus"], form["SequenceNumber"]) for form in world.app.told("/status")]
    assert told == [("initiated", "0"), ("ringing", "1"), ("completed", "3"), ("in-progress", "2")]


def test_twilio_status_late_holds_up_a_step_and_those_after_it(world: World) -> None:
    fail(world, "twilio.status_late", event="ringing", seconds=3.0)
    call = world.place("<Hangup/>")
    world.finished(call)
    assert steps(world) == ["initiated"]

    world.app.wait_for("/status", CallStatus="completed")
    assert steps(world) == ["initiated", "ringing", "in-progress", "completed"]


def test_twilio_status_lost_never_tells_a_step(world: World) -> None:
    fail(world, "twilio.status_lost", event="ringing")
    world.place("<Hangup/>")

    world.app.wait_for("/status", CallStatus="completed")
    assert steps(world) == ["initiated", "in-progress", "completed"]


# requests for TwiML ------------------------------------------------------------------------------------------------


def test_webhook_duplicate_asks_for_a_document_twice(world: World) -> None:
    fail(world, "webhook.duplicate", url="/voice")

    world.finished(world.place("<Hangup/>"))

    assert len(world.app.told("/voice")) == 2


def test_webhook_dead_sends_the_call_to_its_fallback(world: World) -> None:
    fail(world, "webhook.dead", to=LEAD)

    world.place("<Hangup/>", fallback_url=f"{world.app.url}/fallback")

    assert world.app.wait_for("/fallback").form["ErrorCode"] == "11205"
    assert world.app.told("/voice") == []


def test_webhook_slow_asks_late_while_the_person_waits(world: World) -> None:
    fail(world, "webhook.slow", seconds=0.6)
    call = world.place("<Hangup/>")
    world.app.wait_for("/voice")

    answered = world.wait_event(call.sid, "status", status="in-progress")["at_ms"]
    assert world.wait_event(call.sid, "verb", name="Hangup")["at_ms"] - answered >= 600


def test_webhook_bad_signature_is_no_request_of_the_accounts(world: World) -> None:
    fail(world, "webhook.bad_signature", url="/voice")
    world.place("<Redirect>/next</Redirect>")

    assert not world.app.wait_for("/voice").signed
    assert world.app.wait_for("/next").signed


# <Gather> ----------------------------------------------------------------------------------------------------------


def test_gather_empty_is_silence(world: World) -> None:
    fail(world, "gather.empty")
    world.place(TURN)

    world.app.wait_for("/after")

    assert world.app.told("/turn") == []


def test_gather_low_confidence_is_not_sure_of_the_words(world: World) -> None:
    fail(world, "gather.low_confidence", confidence=0.17)
    world.place(TURN)

    form = world.app.wait_for("/turn").form

    assert float(form["Confidence"]) == pytest.approx(0.17)
    assert "bedroom" in form["SpeechResult"].lower()


def test_gather_misheard_takes_words_for_others(world: World) -> None:
    fail(world, "gather.misheard", share=1.0)
    world.place(TURN)

    form = world.app.wait_for("/turn").form

    assert not {"three", "bedrooms", "please"} & set(form["SpeechResult"].lower().replace(".", "").split())
    assert float(form["Confidence"]) == 0.0


def test_gather_invented_is_what_nobody_said(world: World) -> None:
    fail(world, "gather.invented", text="Subscribe to my channel.")
    world.place(TURN)

    assert world.app.wait_for("/turn").form["SpeechResult"] == "Subscribe to my channel."


# machine detection -------------------------------------------------------------------------------------------------


def test_amd_late_keeps_the_document_back_when_synchronous(world: World) -> None:
    fail(world, "amd.late", seconds=4.0)
    world.place("<Hangup/>", machine_detection="Enable")

    form = world.app.wait_for("/voice").form

    assert form["AnsweredBy"] == "human"
    assert int(form["MachineDetectionDuration"]) >= 5200


def watched_for_machines(world: World, twiml: str) -> Any:
    callback = f"{world.app.url}/amd"
    return world.place(twiml, machine_detection="Enable", async_amd="true", async_amd_status_callback=callback)


def test_amd_after_hang_up_tells_its_verdict_of_a_call_that_is_over(world: World) -> None:
    fail(world, "amd.after_hang_up", seconds=0.5)
    call = watched_for_machines(world, "<Hangup/>")

    verdict = world.app.wait_for("/amd")

    assert verdict.form["CallSid"] == call.sid
    assert world.app.wait_for("/status", CallStatus="completed").at < verdict.at
    with pytest.raises(TwilioRestException) as refused:
        call.update(status="completed")
    assert refused.value.code == 21220


def test_amd_wrong_takes_a_person_for_a_machine(world: World) -> None:
    fail(world, "amd.wrong", verdict="machine_start")
    watched_for_machines(world, "<Pause length='6'/>")

    assert world.app.wait_for("/amd").form["AnsweredBy"] == "machine_start"
