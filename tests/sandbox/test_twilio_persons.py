"""The people on the phone: they wait, lose patience, interrupt, and their words are on record."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from sandbox.audio import Pcm, dbfs, read_wav
from sandbox.speech import Recognition, Speech
from tests.sandbox.twilio_world import World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=2.0) as world:
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

    heard = next(event for event in world.events(call.sid, "heard") if "looking" in event["text"].lower())
    answer = world.events(call.sid, "said")[1]
    assert answer["text"] == "I'm looking in Willow Creek."
    assert 0 <= answer["start_ms"] - heard["line_ms"] <= 3000
    assert answer["finished"]


class SlowEar(Speech):
    """Understands as well as another, and later."""

    def __init__(self, other: Speech, seconds: float) -> None:
        self._other, self._seconds, self.ready = other, seconds, True

    async def speak(self, text: str, *, voice: str, speed: float = 1.0) -> Pcm:
        return await self._other.speak(text, voice=voice, speed=speed)

    async def recognise(self, pcm: Pcm, *, rate: int = 8000, hints: Sequence[str] = ()) -> Recognition:
        await asyncio.sleep(self._seconds)
        return await self._other.recognise(pcm, rate=rate, hints=hints)


def test_somebody_who_thinks_slowly_answers_although_the_other_side_asks_again_and_again(
    speech: Speech, tmp_path: Path
) -> None:
    with twilio_world(SlowEar(speech, 1.2), str(tmp_path), pace=3.0) as world:
        world.answered_by(persona="buyer", name="Maria Lopez")
        again = "<Pause length='2'/><Say>Are you still there?</Say>" * 5
        call = world.place(f"<Pause length='2'/><Say>Which area are you looking in?</Say>{again}")
        world.finished(call)

        assert "I'm looking in Willow Creek." in [event["text"] for event in world.events(call.sid, "said")]


def test_an_interrupter_speaks_before_the_other_has_finished(world: World) -> None:
    world.answered_by(persona="interrupter", name="Maria Lopez")
    sentence = "Which area are you looking in, and what do you like about it, and why, and since when, and with whom? "
    call = world.place(f"<Pause length='2'/><Say>{sentence * 3}</Say><Hangup/>")

    spoken = world.wait_event(call.sid, "says")
    answer = world.wait_event(call.sid, "said", finished=True, text="I'm looking in Willow Creek.")
    world.finished(call)

    burst = world.events(call.sid, "said")[1:]
    assert any(event["text"] == "Hang on, what was that?" for event in burst)
    assert answer["start_ms"] < spoken["line_ms"] + 12_000


def test_an_answering_machine_talks_then_beeps_then_listens(world: World) -> None:
    world.answered_by(persona="voicemail", name="Maria Lopez")
    call = world.place("<Gather input='speech' speechTimeout='1' timeout='10' action='/turn'/>")

    assert "voicemail" in world.app.wait_for("/turn").form["SpeechResult"].lower()
    world.finished(call)


def test_what_a_person_said_and_when_can_be_asked_for_afterwards(world: World) -> None:
    world.answered_by(persona="buyer", name="Maria Lopez", temper={"drops_at": 2})

    call = world.finished(
        world.place("<Pause length='2'/><Say>Which area are you looking in?</Say><Pause length='9'/>")
    )
    truth = httpx.get(f"{world.url}/sandbox/calls/{call.sid}/truth", trust_env=False).json()

    assert (truth["persona"], truth["facts"]["area"]) == ("buyer", "Willow Creek")
    hello, area = truth["said"]
    assert (hello["text"], hello["share"]) == ("Hello?", 1.0)
    assert (area["text"], area["share"]) == ("I'm looking in Willow Creek.", pytest.approx(0.5, abs=0.05))
    assert hello["end_ms"] < truth["heard"][0]["line_ms"] <= area["start_ms"] < area["end_ms"]
    assert world.events(call.sid, "hang_up")[0]["cause"] == "person"


def test_who_talks_over_a_greeting_does_so_and_then_listens(world: World) -> None:
    world.answered_by(persona="talks_over", name="Maria Lopez", temper={"greeting": ""})
    greeting = "Hello, this is the assistant of the brokerage. We have many new homes in your city this week."
    call = world.place(f"<Say>{greeting} Which area are you looking in?</Say><Pause length='6'/>")
    world.wait_event(call.sid, "said", text="I'm looking in Willow Creek.")
    over = world.events(call.sid, "said")[0]

    assert over["text"] == "Hello? Who is this, please?"
    assert over["end_ms"] < world.events(call.sid, "heard")[1]["line_ms"]


def test_a_street_is_heard_behind_the_voice_and_between_the_words(world: World) -> None:
    world.answered_by(persona="noisy_street", name="Maria Lopez")
    call = world.finished(world.place("<Pause length='4'/>", record=True, recording_channels="dual"))
    sid = world.client.recordings.list(call_sid=call.sid)[0].sid
    sound, _ = read_wav(
        httpx.get(
            f"{world.url}/2010-04-01/Accounts/{world.config.account_sid}/Recordings/{sid}.wav", trust_env=False
        ).content
    )

    assert -45 < dbfs(sound[-8000:, 0]) < -32
    assert dbfs(sound[-8000:, 1]) < -60


def test_a_screening_assistant_lets_the_call_through_to_the_person(world: World) -> None:
    world.answered_by(persona="screening", name="Maria Lopez", temper={"greeting": "State your name and reason."})
    call = world.place(
        "<Pause length='3'/><Say>This is Riley, I am calling about a home.</Say><Pause length='7'/>"
        "<Say>Which area are you looking in?</Say><Pause length='5'/>"
    )
    world.finished(call)

    said = [event["text"] for event in world.events(call.sid, "said")]
    assert said[1:] == ["Thank you. Please hold.", "Hello?", "I'm looking in Willow Creek."]


def test_the_phone_book_refuses_what_it_does_not_know(world: World) -> None:
    for wrong in ({"persona": "nobody"}, {"person": "buyer"}, {"outcome": "maybe"}):
        reply = httpx.put(f"{world.url}/sandbox/phone-book", json={"+15125550101": wrong}, trust_env=False)
        assert reply.status_code == 400
