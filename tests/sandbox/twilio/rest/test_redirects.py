"""A REST redirect: out of a verb with an action URL, which is asked first and not obeyed; and of a call that rings."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from sandbox.speech import Speech
from tests.sandbox.twilio_world import LEAD, QUICK, STAFF, Delayed, World, twilio_world

WAITS = [{"wait": True}]
DIAL = f'<Dial action="/dialed"><Number>{LEAD}</Number></Dial>'


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        world.app.answers["/dialed"] = "<Response><Redirect>/never</Redirect></Response>"
        world.app.answers["/elsewhere"] = "<Response><Pause/></Response>"
        yield world


def asked(world: World) -> list[str]:
    return [hook.path for hook in world.app.hooks if hook.path != "/status"]


def redirected(world: World, call: Any) -> None:
    call.update(url=f"{world.app.url}/elsewhere")
    world.app.wait_for("/elsewhere")


def test_a_redirect_out_of_a_talk_tells_the_dials_action_first(world: World) -> None:
    world.put_book({STAFF: {"script": WAITS}, LEAD: {"script": ["Hello?", {"wait": True}]}})
    call = world.place(DIAL, to=STAFF)
    world.wait_event(call.sid, "bridged")

    redirected(world, call)

    told = world.app.told("/dialed")[0]
    assert (told["DialCallStatus"], told["DialBridged"], told["CallStatus"]) == ("completed", "true", "in-progress")
    assert world.finished(call).status == "completed"
    assert asked(world) == ["/voice", "/dialed", "/elsewhere"]
    assert [leg.status for leg in world.client.calls.list(parent_call_sid=call.sid)] == ["completed"]


def test_a_redirect_while_it_rings_tells_that_nobody_was_reached(world: World) -> None:
    world.put_book({STAFF: {"script": WAITS}, LEAD: {"script": [], "ring_seconds": 30}})
    call = world.place(DIAL, to=STAFF)
    world.wait_event(call.sid, "verb", name="Dial")

    redirected(world, call)

    told = world.app.told("/dialed")[0]
    assert (told["DialCallStatus"], told["DialBridged"], told["CallStatus"]) == ("canceled", "false", "in-progress")
    assert world.finished(call).status == "completed"


def test_a_dial_without_an_action_is_left_for_the_new_url_alone(world: World) -> None:
    world.put_book({STAFF: {"script": WAITS}, LEAD: {"script": ["Hello?", {"wait": True}]}})
    call = world.place(f"<Dial>{LEAD}</Dial>", to=STAFF)
    world.wait_event(call.sid, "bridged")

    redirected(world, call)

    assert world.finished(call).status == "completed"
    assert asked(world) == ["/voice", "/elsewhere"]


def test_an_action_that_never_answers_does_not_hold_the_redirect_up_for_good(world: World) -> None:
    world.app.answers["/dialed"] = Delayed("", 8.0)
    world.put_book({STAFF: {"script": WAITS}, LEAD: {"script": ["Hello?", {"wait": True}]}})
    call = world.place(DIAL, to=STAFF)
    world.wait_event(call.sid, "bridged")

    redirected(world, call)

    assert asked(world) == ["/voice", "/dialed", "/elsewhere"]


def test_a_redirect_into_a_record_is_no_hang_up(world: World) -> None:
    world.answered_by(script=["This is my message and it goes on for a while.", {"wait": True}])
    call = world.place('<Record action="/recorded" timeout="30"/>')
    world.wait_event(call.sid, "said")

    redirected(world, call)

    told = world.app.told("/recorded")[0]
    assert (told["Digits"], told["CallStatus"]) == ("", "in-progress")
    assert told["RecordingSid"].startswith("RE")
    assert asked(world) == ["/voice", "/recorded", "/elsewhere"]


def test_who_hangs_up_on_a_record_did(world: World) -> None:
    world.answered_by(script=["This is my message.", {"hang_up": True, "after": 1}])
    call = world.place('<Record action="/recorded" timeout="30"/>')

    told = world.app.wait_for("/recorded").form

    assert (told["Digits"], told["CallStatus"]) == ("hangup", "completed")
    assert world.finished(call).status == "completed"


def refusal(call: Any, **fields: str) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        call.update(**fields)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize("field", ["url", "twiml"])
def test_a_call_that_still_rings_is_led_nowhere(world: World, field: str) -> None:
    world.answered_by(script=[], ring_seconds=0.8)
    world.app.answers["/voice"] = "<Response><Hangup/></Response>"
    call = world.place()
    other = {"url": f"{world.app.url}/elsewhere", "twiml": "<Response/>"}

    assert refusal(call, **{field: other[field]}) == (400, 21220)

    assert world.finished(call).status == "completed"
    assert asked(world) == ["/voice"]


def test_what_is_refused_changes_nothing_else(world: World) -> None:
    world.answered_by(outcome="no-answer")
    call = world.place("<Hangup/>", timeout=1)

    refusal(call, url=f"{world.app.url}/elsewhere", status_callback=f"{world.app.url}/other")

    world.app.wait_for("/status", CallStatus="no-answer")
    assert world.app.told("/other") == []


@pytest.mark.provokes
def test_of_an_address_and_a_document_the_address_wins(world: World) -> None:
    world.answered_by(script=WAITS)
    call = world.place('<Pause length="20"/>')
    world.wait_event(call.sid, "verb", name="Pause")

    call.update(url=f"{world.app.url}/elsewhere", twiml="<Response><Redirect>/never</Redirect></Response>")

    assert world.finished(call).status == "completed"
    assert asked(world) == ["/voice", "/elsewhere"]
    assert [one["problem"] for one in world.complaints()] == ["Url and Twiml are mutually exclusive; Twiml was ignored"]


@pytest.mark.parametrize("bad", ["picked-up", "initiated ringing answered completed"])
@pytest.mark.provokes
def test_an_event_nobody_knows_lets_the_call_be_placed_and_no_event_be_told(world: World, bad: str) -> None:
    world.answered_by(script=[])
    call = world.place("<Hangup/>", status_callback_event=[bad, "completed"])

    assert world.finished(call).status == "completed"

    assert asked(world) == ["/voice"]
    assert world.app.told("/status") == []
    assert [event["code"] for event in world.events(call.sid, "error")] == [21626]
