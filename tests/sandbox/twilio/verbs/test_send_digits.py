"""Keys that Twilio presses at an answered phone, heard in the recording of what was played there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from sandbox.audio import Pcm, dbfs, read_wav
from sandbox.speech import Speech
from tests.sandbox.twilio_world import LEAD, OURS, QUICK, STAFF, World, twilio_world

ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
KEYPAD = ("123A", "456B", "789C", "*0#D")
WINDOW = 400


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        yield world


def loudest(sound: Pcm, frequencies: tuple[int, ...]) -> int:
    moments = np.arange(len(sound)) / 8000
    return int(np.argmax([abs(np.dot(sound, np.exp(-2j * np.pi * hz * moments))) for hz in frequencies]))


def pressed(channel: Pcm) -> list[tuple[str, float]]:
    """Each key and the second at which its tone begins."""
    found: list[tuple[str, float]] = []
    sounding = False
    for at in range(0, len(channel) - WINDOW, WINDOW):
        window = channel[at : at + WINDOW].astype(float)
        loud = dbfs(channel[at : at + WINDOW]) > -30
        if loud and not sounding:
            found.append((KEYPAD[loudest(window, ROWS)][loudest(window, COLUMNS)], at / 8000))
        sounding = loud
    return found


def played(world: World, call: Any) -> Pcm:
    """What the person at the phone was played: the second channel of the recording."""
    recording = world.client.recordings.list(call_sid=call.sid)[0]
    url = f"{world.url}/2010-04-01/Accounts/{world.config.account_sid}/Recordings/{recording.sid}.wav"
    reply = httpx.get(url, auth=(world.config.account_sid, world.config.auth_token), trust_env=False)
    channels, _ = read_wav(reply.raise_for_status().content)
    sound: Pcm = channels[:, 1]
    return sound


def test_digits_are_sent_after_the_answer_and_before_the_document(world: World) -> None:
    world.answered_by(script=[])
    call = world.place("<Pause length='1'/>", send_digits="1w5W#D", record=True, recording_channels="dual")
    world.finished(call)

    keys = pressed(played(world, call))
    assert "".join(key for key, _ in keys) == "15#D"
    begins = [at for _, at in keys]
    assert begins[1] - begins[0] == pytest.approx(0.7, abs=0.06)
    assert begins[2] - begins[1] == pytest.approx(1.2, abs=0.06)
    sent, first = world.events(call.sid, "digits_sent")[0], world.events(call.sid, "verb")[0]
    assert sent["line_ms"] == 0
    assert first["line_ms"] >= 2000


def test_keys_can_be_played_in_the_middle_of_a_call(world: World) -> None:
    world.answered_by(script=[])
    call = world.place("<Pause/><Play digits='4w2w#'/><Pause/>", record=True, recording_channels="dual")
    world.finished(call)

    keys = pressed(played(world, call))
    assert "".join(key for key, _ in keys) == "42#"
    begins = [at for _, at in keys]
    assert begins[1] - begins[0] == pytest.approx(0.7, abs=0.06)
    play, then = [event["line_ms"] for event in world.events(call.sid, "verb")][1:]
    assert then - play >= 1600


def test_with_digits_to_send_nobody_asks_whether_it_is_a_machine(world: World) -> None:
    world.answered_by(script=[])
    call = world.place("<Hangup/>", send_digits="1", machine_detection="Enable")

    assert world.finished(call).answered_by is None
    assert "AnsweredBy" not in world.app.wait_for("/voice").form


def test_who_hangs_up_while_digits_are_sent_gets_no_document(world: World) -> None:
    world.answered_by(script=[{"hang_up": True, "after": 1}])
    call = world.place("<Pause length='1'/>", send_digits="W" * 32)

    assert int(world.finished(call).duration) < 20
    assert world.app.told("/voice") == []


DIAL = '<Dial action="/dialed" callerId="+15125550100"><Number sendDigits="{digits}">+15125550101</Number></Dial>'


def test_a_dialed_number_gets_its_digits_before_the_two_talk(world: World) -> None:
    world.put_book({STAFF: {"script": [{"wait": True}]}, LEAD: {"script": [{"hang_up": True, "after": 3}]}})
    call = world.place(DIAL.format(digits="ww42"), to=STAFF)
    world.app.wait_for("/dialed")

    child = world.client.calls.list(parent_call_sid=call.sid)[0]
    assert world.events(child.sid, "digits_sent")[0]["digits"] == "ww42"
    assert (child.to, child._from) == (LEAD, OURS)
    assert world.events(call.sid, "bridged")[0]["line_ms"] >= 1300


@pytest.mark.provokes
def test_digits_that_are_none_are_a_warning_and_not_sent(world: World) -> None:
    world.put_book({STAFF: {"script": [{"wait": True}]}, LEAD: {"script": [{"hang_up": True, "after": 1}]}})
    call = world.place(DIAL.format(digits="4-2"), to=STAFF)

    assert world.app.wait_for("/dialed").form["DialBridged"] == "true"
    assert world.events(call.sid, "error")[0]["code"] == 13222
    child = world.client.calls.list(parent_call_sid=call.sid)[0]
    assert world.events(child.sid, "digits_sent") == []
