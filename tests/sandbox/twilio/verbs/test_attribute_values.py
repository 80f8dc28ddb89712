"""Values Twilio does not take, on a line: it warns, and goes on as if they were not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.speech import Speech
from tests.sandbox.twilio_world import QUICK, STAFF, World, twilio_world

pytestmark = pytest.mark.provokes


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        yield world


def codes(world: World, sid: str) -> list[int]:
    return [event["code"] for event in world.events(sid, "error")]


def test_a_method_that_is_none_is_a_post(world: World) -> None:
    world.answered_by(script=[{"press": "1", "after": 1}])
    world.app.answers["/turn"] = '<Response><Redirect method="DELETE">/next</Redirect></Response>'
    call = world.place('<Gather method="PUT" action="/turn" numDigits="1"/>')

    world.app.wait_for("/next")

    methods = {hook.path: hook.method for hook in world.app.hooks}
    assert (methods["/turn"], methods["/next"]) == ("POST", "POST")
    assert codes(world, call.sid) == [13312, 13710]


def test_an_input_nobody_knows_is_the_keypad(world: World) -> None:
    world.answered_by(script=[{"press": "7", "after": 1}])
    call = world.place('<Gather input="speach" action="/turn" numDigits="1"/>')

    assert world.app.wait_for("/turn").form["Digits"] == "7"
    assert codes(world, call.sid) == [13326]


def test_a_sound_and_a_stream_without_an_address_are_passed_over(world: World) -> None:
    world.answered_by(script=[])
    call = world.place("<Play/><Connect><Stream/></Connect><Redirect>/next</Redirect>")

    world.app.wait_for("/next")

    assert codes(world, call.sid) == [11100, 31923]
    assert len(world.app.told("/voice")) == 1


@pytest.mark.parametrize(("record", "recorded"), [("yes", False), ("true", True)])
def test_a_dial_is_recorded_by_the_words_twilio_has_for_it(world: World, record: str, recorded: bool) -> None:
    world.put_book({STAFF: {"script": []}, "+15125550101": {"script": ["Hello?", {"hang_up": True, "after": 1}]}})
    call = world.place(f'<Dial action="/dialed" record="{record}">+15125550101</Dial>', to=STAFF)

    assert ("RecordingSid" in world.app.wait_for("/dialed").form) is recorded
    assert codes(world, call.sid) == ([] if recorded else [13217])
