"""The people on the phone: they wait, lose patience, interrupt, and their words are on record."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.speech import Speech
from tests.sandbox.twilio_world import World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def test_somebody_who_hears_nothing_asks_and_in_the_end_hangs_up(world: World) -> None:
    world.answered_by(persona="buyer", name="Maria Lopez", temper={"patience": 1.5})

    call = world.finished(world.place("<Pause length='60'/>"))

    said = [event["text"] for event in world.events(call.sid, "said")]
    assert said[:2] == ["Hello?", "Hello?"]
    assert world.events(call.sid, "hang_up")[0]["cause"] == "person"


def test_a_polite_person_waits_for_the_end_of_what_they_hear(world: World) -> None:
    world.answered_by(persona="buyer", name="Maria Lopez")
    call = world.place(
        '<Pause length="2"/><Say>Hello, this is the assistant of the brokerage. '
        "We have new homes this week. Which area are you looking in?</Say><Pause length='6'/>"
    )
    world.wait_event(call.sid, "heard")
    world.finished(call)

    heard, answer = world.events(call.sid, "heard")[0], world.events(call.sid, "said")[1]
    assert "looking" in heard["text"].lower()
    assert answer["text"] == "I'm looking in Willow Creek."
    assert 0 <= answer["start_ms"] - heard["line_ms"] <= 3000
    assert answer["finished"]


def test_an_interrupter_speaks_before_the_other_has_finished(world: World) -> None:
    world.answered_by(persona="interrupter", name="Maria Lopez")
    sentence = "Which area are you looking in, and what do you like about it, and why, and since when, and with whom? "
    call = world.place(f"<Pause length='2'/><Say>{sentence * 3}</Say><Hangup/>")

    spoken = world.wait_event(call.sid, "says")
    answer = world.wait_event(call.sid, "said", finished=True, text="I'm looking in Willow Creek.")
    world.finished(call)

    assert answer["start_ms"] < spoken["line_ms"] + 9000
    assert answer["end_ms"] < world.events(call.sid)[-1]["at_ms"]


def test_an_answering_machine_talks_then_beeps_then_listens(world: World) -> None:
    world.answered_by(persona="voicemail", name="Maria Lopez")
    call = world.place("<Gather input='speech' speechTimeout='1' timeout='10' action='/turn'/>")

    assert "voicemail" in world.app.wait_for("/turn").form["SpeechResult"].lower()
    world.finished(call)


def test_the_phone_book_refuses_what_it_does_not_know(world: World) -> None:
    for wrong in ({"persona": "nobody"}, {"person": "buyer"}, {"outcome": "maybe"}):
        reply = httpx.put(f"{world.url}/sandbox/phone-book", json={"+15125550101": wrong}, trust_env=False)
        assert reply.status_code == 400
