"""A call's life as the SDK and the app's webhooks see it."""

import contextlib
import gc
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from starlette.responses import Response
from twilio.base.exceptions import TwilioRestException

from sandbox.speech import Speech
from sandbox.twilio.line.utterances import UtteranceDetector
from tests.sandbox.twilio_world import LEAD, OURS, QUICK, Delayed, World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        yield world


def test_a_call_is_queued_then_lives_and_completes(world: World) -> None:
    world.answered_by(script=["Hello?"])

    call = world.place("<Say>Hello from the brokerage.</Say><Hangup/>")
    done = world.finished(call)

    assert (call.status, call.direction, call.duration) == ("queued", "outbound-api", None)
    assert (done.status, done.to, done._from) == ("completed", LEAD, OURS)
    assert int(done.duration) >= 1
    assert done.start_time <= done.end_time
    assert world.complaints() == []


def test_a_call_that_is_over_holds_nobody_who_listened_to_it(world: World) -> None:
    """A listener has a model of its own for hearing voices: thirteen megabytes, for as long as the call is kept."""
    world.answered_by(script=["Hello?"])
    world.finished(world.place("<Gather input='speech' timeout='1'><Pause/></Gather>"))

    gc.collect()
    assert [one for one in gc.get_objects() if type(one) is UtteranceDetector] == []


def test_every_step_is_reported_in_order_and_signed(world: World) -> None:
    world.answered_by(script=["Hello?"])

    world.place("<Pause/>")
    last = world.app.wait_for("/status", CallStatus="completed")

    steps = world.app.told("/status")
    assert [step["CallStatus"] for step in steps] == ["initiated", "ringing", "in-progress", "completed"]
    assert [step["SequenceNumber"] for step in steps] == ["0", "1", "2", "3"]
    assert all(hook.signed for hook in world.app.hooks)
    assert last.form["CallbackSource"] == "call-progress-events"
    assert last.form["CallDuration"] == last.form["CallDuration"].strip() != ""
    assert last.form["Duration"] == "1"
    assert last.form["ToCity"] == ""


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed"])
def test_a_call_nobody_takes_ends_with_its_reason(world: World, outcome: str) -> None:
    world.answered_by(outcome=outcome)

    call = world.place("<Say>Nobody hears this.</Say>", timeout=1)

    form = world.app.wait_for("/status", CallStatus=outcome).form
    assert (form["CallDuration"], form["Duration"]) == ("0", "0")
    assert world.finished(call).status == outcome
    assert world.app.told("/voice") == []


def test_only_the_end_is_reported_unless_more_is_asked_for(world: World) -> None:
    world.answered_by(script=["Hello?"])

    world.place("<Hangup/>", status_callback_event=[])
    world.app.wait_for("/status")

    assert [form["CallStatus"] for form in world.app.told("/status")] == ["completed"]


def test_calls_wait_their_turn_when_the_account_may_place_few_a_second(speech: Speech, tmp_path: Path) -> None:
    with twilio_world(speech, str(tmp_path), calls_per_second=0.5) as world:
        world.answered_by(script=[])
        first, second = (world.finished(call) for call in [world.place("<Hangup/>") for _ in range(2)])

        assert first.queue_time == "0"
        assert 0 < int(second.queue_time) <= 2000
        rung = [hook.form["CallSid"] for hook in world.app.hooks if hook.form.get("CallStatus") == "ringing"]
        assert rung == [first.sid, second.sid]


def test_a_ringing_call_can_be_canceled_and_then_changes_no_more(world: World) -> None:
    world.answered_by(script=["Hello?"], ring_seconds=30)
    call = world.place("<Pause/>")
    world.app.wait_for("/status", CallStatus="ringing")

    call.update(status="canceled")

    assert world.finished(call).status == "canceled"
    assert world.app.wait_for("/status", CallStatus="canceled").form["SequenceNumber"] == "2"
    with pytest.raises(TwilioRestException) as refused:
        call.update(status="completed")
    assert (refused.value.status, refused.value.code) == (400, 21220)


def test_a_call_canceled_in_the_queue_tells_nobody(speech: Speech, tmp_path: Path) -> None:
    with twilio_world(speech, str(tmp_path), calls_per_second=0.2) as world:
        world.answered_by(script=["Hello?"])
        first, second = world.place("<Hangup/>"), world.place("<Hangup/>")
        second.update(status="canceled")

        assert world.finished(second).status == "canceled"
        world.finished(first)
        assert {form["CallSid"] for form in world.app.told("/status")} == {first.sid}


TALK = "<Say>" + "We have a great many houses to show you this week. " * 5 + "</Say>"


@pytest.mark.parametrize(
    ("verb", "under_way"),
    [
        ("<Pause length='60'/>", "verb"),
        (TALK, "says"),
        ("<Gather input='speech' timeout='60' action='/turn'/>", "verb"),
        (f"<Gather input='dtmf speech' timeout='60' action='/turn'>{TALK}</Gather>", "says"),
    ],
)
def test_a_live_call_is_redirected_in_the_middle_of_a_verb(world: World, verb: str, under_way: str) -> None:
    world.answered_by(script=[])
    world.app.answers["/elsewhere"] = "<Response><Say>One moment.</Say><Hangup/></Response>"
    call = world.place(f"{verb}<Redirect>/never</Redirect>")
    began = world.wait_event(call.sid, under_way)["line_ms"]

    call.update(url=f"{world.app.url}/elsewhere", method="POST")

    asked = world.app.wait_for("/elsewhere").form
    assert (asked["CallStatus"], world.finished(call).status) == ("in-progress", "completed")
    assert [event["name"] for event in world.events(call.sid, "verb")][1:] == ["Say", "Hangup"]
    assert world.events(call.sid, "says")[-1]["line_ms"] - began < 15_000
    assert [hook.path for hook in world.app.hooks if hook.path in ("/never", "/turn")] == []


def test_a_live_call_is_ended_over_rest(world: World) -> None:
    world.answered_by(script=["Hello?"])
    call = world.place("<Pause length='60'/>")
    world.app.wait_for("/voice")

    call.update(status="completed")

    assert world.finished(call).status == "completed"
    assert world.events(call.sid, "hang_up")[0]["cause"] == "REST completed"


def test_a_call_ends_at_its_time_limit(world: World) -> None:
    world.answered_by(script=["Hello?"])

    call = world.finished(world.place("<Pause length='60'/>", time_limit=2))

    assert world.events(call.sid, "hang_up")[0]["cause"] == "time limit"


def test_a_live_calls_time_limit_can_be_changed(world: World) -> None:
    world.answered_by(script=[])
    call = world.place("<Pause length='60'/>")
    world.app.wait_for("/status", CallStatus="in-progress")
    call.update(time_limit=4)

    assert int(world.finished(call).duration) < 15
    assert world.events(call.sid, "hang_up")[0]["cause"] == "time limit"


def test_a_person_hangs_up(world: World) -> None:
    world.answered_by(script=["Hello?", {"hang_up": True, "after": 1}])

    call = world.finished(world.place("<Pause length='60'/>"))

    assert call.status == "completed"
    assert world.events(call.sid, "hang_up")[0]["cause"] == "person"


# documents that cannot be had or read ------------------------------------------------------------------------------


@pytest.mark.provokes
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response(status_code=500), 11200),
        (Response("<Response><Say>", media_type="text/xml"), 12100),
        (Response("<Html/>", media_type="text/xml"), 12102),
        (Response('{"a":1}', media_type="application/json"), 12300),
        (Response(f"<Response><Say>{'x' * 70_000}</Say></Response>", media_type="text/xml"), 11750),
    ],
)
def test_a_bad_answer_sends_the_call_to_its_fallback(world: World, answer: Response, code: int) -> None:
    world.answered_by(script=["Hello?"])
    world.app.answers["/voice"] = answer
    world.app.answers["/fallback"] = "<Response><Hangup/></Response>"

    call = world.place(fallback_url=f"{world.app.url}/fallback")

    form = world.app.wait_for("/fallback").form
    assert (form["ErrorCode"], form["ErrorUrl"]) == (str(code), f"{world.app.url}/voice")
    assert world.finished(call).status == "completed"


def test_without_a_fallback_the_person_hears_an_apology(world: World) -> None:
    world.answered_by(script=[])
    world.app.answers["/voice"] = Response(status_code=500)

    call = world.finished(world.place())

    assert call.status == "completed"
    assert "application error" in world.events(call.sid, "says")[0]["text"]


def test_an_app_that_cannot_be_reached_counts_as_dead(world: World) -> None:
    world.answered_by(script=["Hello?"])
    world.app.answers["/fallback"] = "<Response><Hangup/></Response>"

    world.place(url="http://127.0.0.1:9/voice", fallback_url=f"{world.app.url}/fallback")

    assert world.app.wait_for("/fallback").form["ErrorCode"] == "11205"


def test_an_app_that_does_not_answer_in_time_counts_as_dead(speech: Speech, tmp_path: Path) -> None:
    with twilio_world(speech, str(tmp_path), webhook_seconds=0.5) as world:
        world.answered_by(script=["Hello?"])
        world.app.answers |= {"/voice": Delayed("<Response/>", 2.0), "/fallback": "<Response><Hangup/></Response>"}

        world.place(fallback_url=f"{world.app.url}/fallback")

        form = world.app.wait_for("/fallback").form
        assert form["ErrorCode"] == "11200"


@pytest.mark.parametrize(("fragment", "times"), [("", 1), ("#rc=2&rp=5xx", 3), ("#rc=0", 1), ("#rc=3&rp=ct", 1)])
def test_a_url_says_how_often_it_is_tried_again(world: World, fragment: str, times: int) -> None:
    world.answered_by(script=["Hello?"])
    world.app.answers["/voice"] = Response(status_code=503)

    world.finished(world.place(url=f"{world.app.url}/voice{fragment}"))

    asked = [hook for hook in world.app.hooks if hook.path == "/voice"]
    assert len(asked) == times
    assert len({hook.headers["i-twilio-idempotency-token"] for hook in asked}) == 1
    assert all(hook.signed for hook in asked)


def test_a_url_says_how_long_its_answer_is_waited_for_and_that_it_is_tried_again(world: World) -> None:
    world.answered_by(script=[])
    world.app.answers |= {"/voice": Delayed("<Response/>", 1.0), "/fallback": "<Response><Hangup/></Response>"}

    world.place(url=f"{world.app.url}/voice#rt=200&rc=2&rp=rt", fallback_url=f"{world.app.url}/fallback")

    assert world.app.wait_for("/fallback").form["ErrorCode"] == "11200"
    assert len(world.app.told("/voice")) == 3


def test_a_url_says_how_long_a_connection_is_waited_for(world: World) -> None:
    world.answered_by(script=[])
    world.app.answers["/fallback"] = "<Response><Hangup/></Response>"
    with nobody_home() as address:
        call = world.place(url=f"{address}/voice#ct=200&rc=2", fallback_url=f"{world.app.url}/fallback")

        assert world.app.wait_for("/fallback").form["ErrorCode"] == "11205"
    assert 600 <= world.events(call.sid, "webhook")[0]["ms"] < 10_000


@contextmanager
def nobody_home() -> Iterator[str]:
    """A port that takes no connection and refuses none: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as queue:
        for _ in range(2):
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield f"http://127.0.0.1:{full.getsockname()[1]}"


# calls to us -------------------------------------------------------------------------------------------------------


def call_in(world: World, twiml: str) -> str:
    world.app.answers["/inbound"] = f"<Response>{twiml}</Response>"
    wish = {"from": LEAD, "to": OURS, "url": f"{world.app.url}/inbound", "StatusCallback": f"{world.app.url}/status"}
    return str(httpx.post(f"{world.url}/sandbox/calls", json=wish, trust_env=False).json()["sid"])


def test_somebody_calls_us_and_the_app_is_asked_while_it_rings(world: World) -> None:
    world.answered_by(script=[{"say": "I saw your sign.", "after": 1}])

    sid = call_in(world, '<Gather input="speech" speechTimeout="1" action="/turn"/>')

    asked = world.app.wait_for("/inbound").form
    assert (asked["Direction"], asked["CallStatus"], asked["From"], asked["To"]) == ("inbound", "ringing", LEAD, OURS)
    assert "sign" in world.app.wait_for("/turn").form["SpeechResult"]
    assert world.app.wait_for("/status", CallSid=sid).form["CallStatus"] == "completed"


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_call_to_us_can_be_rejected_unanswered(world: World, reason: str, status: str) -> None:
    sid = call_in(world, f'<Reject reason="{reason}"/>')

    assert world.app.wait_for("/status", CallSid=sid).form["CallStatus"] == status
    assert world.client.calls(sid).fetch().duration == "0"


@pytest.mark.provokes
def test_unknown_verbs_and_attributes_are_warnings_and_the_rest_runs(world: World) -> None:
    world.answered_by(script=["Hello?"])

    call = world.finished(world.place('<Dance/><Say speed="9">Hello.</Say><Redirect>/next</Redirect>'))

    assert world.app.told("/next")
    assert [event["code"] for event in world.events(call.sid, "error")] == [12200, 12200]


def test_a_redirected_webhook_is_followed_as_a_get_and_loses_its_extras(world: World) -> None:
    world.answered_by(script=[{"press": "1", "after": 3}])
    world.app.answers["/moved"] = Response(status_code=302, headers={"location": "/here"})
    world.place('<Gather numDigits="1" action="/moved"/>')

    hook = world.app.wait_for("/here")

    assert hook.method == "GET"
    assert "Digits" not in hook.form


# machines ----------------------------------------------------------------------------------------------------------


def test_an_asynchronous_verdict_is_told_when_the_greeting_has_lasted_too_long_for_a_person(world: World) -> None:
    world.answered_by(persona="voicemail", name="Maria Lopez")
    call = world.place(
        "<Pause length='6'/>",
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=f"{world.app.url}/amd",
    )

    form = world.app.wait_for("/amd").form

    assert form.keys() == {"CallSid", "AccountSid", "AnsweredBy", "MachineDetectionDuration"}
    assert (form["CallSid"], form["AnsweredBy"]) == (call.sid, "machine_start")
    assert 2400 <= int(form["MachineDetectionDuration"]) <= 6000
    assert world.app.told("/voice")[0].keys().isdisjoint({"AnsweredBy"})
    assert world.finished(call).answered_by == "machine_start"


def test_a_synchronous_verdict_comes_with_the_request_for_the_document(world: World) -> None:
    world.answered_by(script=["Hello?"])
    world.place("<Hangup/>", machine_detection="DetectMessageEnd")

    form = world.app.wait_for("/voice").form

    assert form["AnsweredBy"] == "human"
    assert 1200 <= int(form["MachineDetectionDuration"]) <= 4000
    assert world.app.wait_for("/status", CallStatus="completed").form["AnsweredBy"] == "human"


@pytest.mark.parametrize(("asynchronous", "told"), [("false", "/voice"), ("true", "/amd")])
def test_who_wants_the_end_of_a_machines_message_is_told_after_its_beep(
    world: World, asynchronous: str, told: str
) -> None:
    world.answered_by(persona="voicemail", name="Maria Lopez")
    call = world.place(
        "<Pause length='9'/>",
        machine_detection="DetectMessageEnd",
        async_amd=asynchronous,
        async_amd_status_callback=f"{world.app.url}/amd",
    )

    form = world.app.wait_for(told).form
    greeting = world.wait_event(call.sid, "said")
    call.update(status="completed")

    assert form["AnsweredBy"] == "machine_end_beep"
    assert int(form["MachineDetectionDuration"]) > greeting["end_ms"]
    assert world.finished(call).answered_by == "machine_end_beep"


def test_of_a_call_that_is_over_no_verdict_is_told(world: World) -> None:
    world.answered_by(script=[])
    callback = f"{world.app.url}/amd"
    call = world.place(
        "<Pause length='1'/>", machine_detection="Enable", async_amd="true", async_amd_status_callback=callback
    )

    assert world.finished(call).answered_by is None
    assert world.app.told("/amd") == []
