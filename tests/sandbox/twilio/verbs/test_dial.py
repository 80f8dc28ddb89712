"""<Dial>: ringing, whispering, bridging, recording both sides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from sandbox.audio import Pcm, dbfs, read_wav
from sandbox.speech import Speech
from sandbox.twilio.call.flow_control import Run
from sandbox.twilio.verbs.interpreter import Interpreter
from tests.sandbox.twilio.verbs.control import WrittenDown, a_call, document
from tests.sandbox.twilio_world import LEAD, OURS, QUICK, STAFF, World, twilio_world

DIAL = '<Dial action="/dialed" callerId="+15125550100" {more}><Number {number}>+15125550101</Number></Dial>'


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        yield world


def connected(
    world: World, *, staff: list[Any], lead: list[Any], more: str = "", number: str = "", **book: Any
) -> tuple[Any, dict[str, str]]:
    """A call to staff that dials the lead; what the Dial's action was told."""
    world.put_book({STAFF: {"script": staff, "voice": "staff"}, LEAD: {"script": lead, "voice": "buyer"} | book})
    call = world.place(DIAL.format(more=more, number=number), to=STAFF)
    return call, world.app.wait_for("/dialed").form


@pytest.fixture
def real_time(speech: Speech, tmp_path: Path) -> Iterator[World]:
    """For tests in which both sides have to listen to each other."""
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def heard(world: World, sid: str) -> str:
    return " ".join(event["text"].lower() for event in world.events(sid, "heard"))


def child_of(world: World, call: Any) -> Any:
    return world.client.calls.list(parent_call_sid=call.sid)[0]


def active_seconds(channel: Pcm) -> float:
    frames = channel[: len(channel) // 160 * 160].reshape(-1, 160)
    return float(sum(0.02 for frame in frames if dbfs(frame) > -45))


def voice_begins(channel: Pcm) -> float:
    return float(np.flatnonzero(np.abs(channel.astype(int)) > 1000)[0] / 8000)


def fetched(world: World, url: str) -> tuple[Any, int]:
    reply = httpx.get(url, auth=(world.config.account_sid, world.config.auth_token), trust_env=False)
    return read_wav(reply.raise_for_status().content)


def test_two_people_hear_each_other(world: World) -> None:
    call, form = connected(
        world,
        staff=[{"say": "Good morning, I am calling about the house.", "after": 1}],
        lead=["Hello?", {"hang_up": True, "after": 3}],
    )

    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "true")
    child = child_of(world, call)
    assert (child.direction, child.parent_call_sid, child.to, child._from) == ("outbound-dial", call.sid, LEAD, OURS)
    assert form["DialCallSid"] == child.sid
    assert int(form["DialCallDuration"]) >= 1


def test_words_cross_the_bridge_both_ways(real_time: World) -> None:
    world = real_time
    call, _ = connected(
        world,
        staff=[{"say": "Good morning, I am calling about the house.", "after": 1}, {"wait": True}],
        lead=["Hello?", "Thank you, I would like to see it.", {"hang_up": True, "after": 4}],
    )

    assert "about the house" in heard(world, child_of(world, call).sid)
    assert "like to see" in heard(world, call.sid)


def test_the_recording_holds_the_parent_left_and_the_child_right(world: World) -> None:
    callback = 'record="record-from-answer-dual" recordingStatusCallback="/recorded"'
    call, form = connected(
        world,
        staff=[{"say": "Good morning, I am calling about the house.", "after": 1}],
        lead=["Hello?", "Thank you, I would like to see it.", {"hang_up": True, "after": 3}],
        more=callback,
    )
    told = world.app.wait_for("/recorded").form

    assert (told["RecordingStatus"], told["RecordingChannels"], told["RecordingSource"]) == (
        "completed",
        "2",
        "DialVerb",
    )
    assert told["RecordingSid"] == form["RecordingSid"]
    sound, rate = fetched(world, told["RecordingUrl"] + ".wav")
    assert (rate, sound.shape[1]) == (8000, 2)
    assert len(sound) / rate == pytest.approx(int(form["DialCallDuration"]) * QUICK, abs=QUICK + 0.5)
    parent_said = sum(event["end_ms"] - event["start_ms"] for event in world.events(call.sid, "said")) / 1000
    child_said = sum(event["end_ms"] - event["start_ms"] for event in world.events(form["DialCallSid"], "said")) / 1000
    assert active_seconds(sound[:, 0]) == pytest.approx(parent_said, rel=0.5)
    assert active_seconds(sound[:, 1]) == pytest.approx(child_said, rel=0.5)


def test_a_whisper_is_heard_by_the_child_alone_before_the_bridge(world: World) -> None:
    world.app.answers["/whisper"] = "<Response><Say>This is about the house on Mill Road.</Say></Response>"
    call, form = connected(
        world,
        staff=[],
        lead=[{"wait": True}, {"hang_up": True, "after": 2}],
        number='url="/whisper"',
    )

    child = child_of(world, call)
    whispered = world.app.told("/whisper")[0]
    assert (whispered["CallSid"], whispered["ParentCallSid"]) == (child.sid, call.sid)
    assert "mill road" in world.events(child.sid, "heard")[0]["text"].lower()
    assert world.events(call.sid, "heard") == []
    assert form["DialBridged"] == "true"


def test_a_whisper_that_hangs_up_never_bridges(world: World) -> None:
    world.app.answers["/whisper"] = '<Response><Gather numDigits="1" timeout="1" action="/accept"/><Hangup/></Response>'
    _, form = connected(world, staff=[], lead=["Hello?"], number='url="/whisper"')

    assert form["DialBridged"] == "false"
    assert "DialCallDuration" not in form


def test_pressing_one_in_the_whisper_connects(world: World) -> None:
    world.app.answers["/whisper"] = '<Response><Gather numDigits="1" timeout="8" action="/accept"/></Response>'
    world.app.answers["/accept"] = "<Response/>"
    _, form = connected(
        world,
        staff=[],
        lead=[{"press": "1", "after": 3}, {"hang_up": True, "after": 2}],
        number='url="/whisper"',
    )

    assert world.app.told("/accept")[0]["Digits"] == "1"
    assert form["DialBridged"] == "true"


@pytest.mark.parametrize("outcome", ["busy", "no-answer", "failed"])
def test_a_phone_nobody_answers_tells_why(world: World, outcome: str) -> None:
    _, form = connected(world, staff=[], lead=[], more='timeout="1"', outcome=outcome)

    assert form["DialCallStatus"] == outcome
    assert form["DialBridged"] == "false"


def test_without_action_the_next_verb_follows(world: World) -> None:
    world.put_book({STAFF: {"script": []}, LEAD: {"script": [], "outcome": "busy"}})
    call = world.place("<Dial>+15125550101</Dial><Redirect>/next</Redirect>", to=STAFF)

    assert world.app.wait_for("/next").form["CallSid"] == call.sid
    assert [event["name"] for event in world.events(call.sid, "verb")] == ["Dial", "Redirect"]


def test_a_star_ends_the_other_call_and_not_ones_own(world: World) -> None:
    call, form = connected(
        world, staff=[{"press": "*", "after": 2}], lead=["Hello?", {"wait": True}], more='hangupOnStar="true"'
    )

    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "true")
    assert world.events(child_of(world, call).sid, "hang_up")[0]["cause"] == "*"


def test_two_people_talk_no_longer_than_the_dial_allows(world: World) -> None:
    call, form = connected(world, staff=[{"wait": True}], lead=["Hello?", {"wait": True}], more='timeLimit="3"')

    assert (form["DialCallStatus"], form["DialBridged"], form["CallStatus"]) == ("completed", "true", "in-progress")
    assert world.events(child_of(world, call).sid, "hang_up")[0]["cause"] == "time limit"


def test_several_phones_ring_one_after_the_other_when_so_asked(world: World) -> None:
    second = "+15125550102"
    world.put_book(
        {
            STAFF: {"script": []},
            LEAD: {"outcome": "busy"},
            second: {"script": ["Hello?", {"hang_up": True, "after": 1}]},
        }
    )
    numbers = f"<Number>(512) 555-0101</Number><Number>{second}</Number>"
    call = world.place(f'<Dial action="/dialed" sequential="true">{numbers}</Dial>', to=STAFF)

    assert world.app.wait_for("/dialed").form["DialCallStatus"] == "completed"
    late, early = world.client.calls.list(parent_call_sid=call.sid)
    assert [(early.to, early.status), (late.to, late.status)] == [(LEAD, "busy"), (second, "completed")]


def test_who_answers_a_dialed_number_is_found_out_beside_the_call(world: World) -> None:
    world.put_book({STAFF: {"script": [{"wait": True}]}, LEAD: {"persona": "voicemail"}})
    asked = 'machineDetection="Enable" amdStatusCallback="/amd"'
    call = world.place(DIAL.format(more="", number=asked), to=STAFF)

    told = world.app.wait_for("/amd").form
    child = child_of(world, call)
    assert (told["AnsweredBy"], told["CallSid"]) == ("machine_start", child.sid)
    assert world.events(call.sid, "bridged")


@pytest.mark.provokes
def test_what_is_no_number_is_not_dialed(world: World) -> None:
    world.put_book({STAFF: {"script": []}})
    call = world.place('<Dial action="/dialed"><Number>12</Number></Dial>', to=STAFF)

    form = world.app.wait_for("/dialed").form
    assert (form["DialCallStatus"], form["DialBridged"]) == ("failed", "false")
    assert world.events(call.sid, "error")[0]["code"] == 13224
    assert world.client.calls.list(parent_call_sid=call.sid) == []


def test_the_child_leg_reports_its_own_progress(world: World) -> None:
    status = 'statusCallback="/child" statusCallbackEvent="initiated ringing answered completed"'
    call, form = connected(world, staff=[], lead=["Hello?", {"hang_up": True, "after": 1}], number=status)
    world.app.wait_for("/child", CallStatus="completed")

    told = world.app.told("/child")
    assert [one["CallStatus"] for one in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert {one["CallSid"] for one in told} == {form["DialCallSid"]}
    assert {one["ParentCallSid"] for one in told} == {call.sid}


def test_the_parent_hanging_up_stops_the_child_ringing(world: World) -> None:
    world.put_book(
        {STAFF: {"script": [{"hang_up": True, "after": 1}]}, LEAD: {"script": ["Hello?"], "ring_seconds": 30}}
    )
    call = world.place(DIAL.format(more="", number=""), to=STAFF)

    form = world.app.wait_for("/dialed").form

    assert form["DialCallStatus"] == "canceled"
    assert world.finished(call).status == "completed"
    assert world.finished(child_of(world, call)).status == "canceled"


def test_a_recording_from_the_ringing_has_the_child_where_it_answered(world: World) -> None:
    more = 'record="record-from-ringing-dual"'
    _, form = connected(world, staff=[], lead=["Hello?", {"hang_up": True, "after": 1}], more=more, ring_seconds=2.0)

    sound, _ = fetched(world, form["RecordingUrl"])
    assert voice_begins(sound[:, 1]) == pytest.approx(2.2 * QUICK, abs=1.5)


def test_the_first_of_several_phones_to_answer_is_connected(world: World) -> None:
    other = "+15125550102"
    slow, quick = {"script": [], "ring_seconds": 20}, {"script": ["Hello?", {"hang_up": True, "after": 1}]}
    world.put_book({STAFF: {"script": []}, LEAD: slow, other: quick})
    numbers = f"<Number>{LEAD}</Number><Number>{other}</Number>"
    call = world.place(f'<Dial action="/dialed">{numbers}</Dial>', to=STAFF)

    form = world.app.wait_for("/dialed").form

    legs = {leg.to: leg.status for leg in world.client.calls.list(parent_call_sid=call.sid)}
    assert legs == {LEAD: "canceled", other: "completed"}
    assert form["DialCallStatus"] == "completed"


def test_a_recording_from_the_answer_begins_with_the_answer(world: World) -> None:
    more = 'record="record-from-answer-dual"'
    _, form = connected(world, staff=[], lead=["Hello?", {"hang_up": True, "after": 1}], more=more)

    sound, _ = fetched(world, form["RecordingUrl"])
    assert voice_begins(sound[:, 1]) < 1.0


def calls_in(world: World, twiml: str) -> str:
    """Somebody calls us, and this is what the app answers; the sid."""
    world.app.answers["/inbound"] = f"<Response>{twiml}</Response>"
    wish = {"from": LEAD, "to": OURS, "url": f"{world.app.url}/inbound", "StatusCallback": f"{world.app.url}/status"}
    return str(httpx.post(f"{world.url}/sandbox/calls", json=wish, trust_env=False).json()["sid"])


BRIDGED = '<Dial answerOnBridge="{flag}"><Number statusCallback="/child">+15125550190</Number></Dial>'


def statuses(world: World, sid: str) -> list[str]:
    return [event["status"] for event in world.events(sid, "status")]


@pytest.mark.parametrize(("flag", "while_ringing"), [("true", "ringing"), ("false", "in-progress")])
def test_a_call_to_us_rings_on_until_it_is_bridged_when_so_asked(world: World, flag: str, while_ringing: str) -> None:
    staff = {"script": ["Harbor Realty, good morning.", {"hang_up": True, "after": 1}], "ring_seconds": 1.5}
    world.put_book({STAFF: staff, LEAD: {"script": [{"wait": True}]}})

    sid = calls_in(world, BRIDGED.format(flag=flag))
    world.wait_event(sid, "verb", name="Dial")

    assert world.client.calls(sid).fetch().status == while_ringing
    world.wait_event(sid, "bridged")
    assert world.finished(world.client.calls(sid)).status == "completed"
    assert statuses(world, sid) == ["ringing", "in-progress", "completed"]


def test_a_call_to_us_that_nobody_takes_was_never_answered(world: World) -> None:
    world.put_book({STAFF: {"outcome": "busy"}, LEAD: {"script": []}})

    sid = calls_in(world, BRIDGED.format(flag="true"))

    assert world.app.wait_for("/status", CallSid=sid).form["CallStatus"] == "no-answer"
    assert statuses(world, sid) == ["ringing", "no-answer"]


def test_what_follows_a_dial_in_vain_answers_the_call(world: World) -> None:
    world.put_book({STAFF: {"outcome": "busy"}, LEAD: {"script": []}})

    sid = calls_in(world, BRIDGED.format(flag="true") + "<Say>Nobody is here.</Say>")

    assert world.app.wait_for("/status", CallSid=sid).form["CallStatus"] == "completed"
    assert statuses(world, sid) == ["ringing", "in-progress", "completed"]


@pytest.mark.parametrize("noun", ["<Client>max</Client>", "<Conference>room</Conference>", "<Sip>sip:a@b.c</Sip>"])
async def test_whom_the_sandbox_cannot_dial_is_complained_about_once(noun: str) -> None:
    control = WrittenDown()
    await Interpreter(a_call(), control).run(Run(document(f"<Dial timeout='1'>{noun}</Dial>")))

    assert [one for one in control.asked if one[0] == "notify"] == []
    assert [complaint.by for complaint in control.services.complaints.all()] == ["sandbox"]
