"""The people on the phone: they wait, lose patience, interrupt, and their words are on record."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from sandbox.audio import SPEECH_HZ, TELEPHONE_HZ, Pcm, dbfs, read_wav, resample
from sandbox.callers.mind import HangUp
from sandbox.speech import Speech
from sandbox.twilio.people.person import scripted
from sandbox.twilio.people.phone_book import Entry
from tests.sandbox.twilio_world import QUICK, SlowEar, World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


@pytest.fixture
def quick(speech: Speech, tmp_path: Path) -> Iterator[World]:
    """For conversations in which each side waits for the other."""
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
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


def test_an_answering_machine_talks_then_beeps_then_listens(quick: World) -> None:
    quick.answered_by(persona="voicemail", name="Maria Lopez", temper={"patience": 10})
    quick.app.answers["/turn"] = "<Response><Say>This is Riley about a home.</Say><Pause length='60'/></Response>"
    listen = "<Gather input='speech' speechTimeout='2' timeout='30' action='/turn'/>"
    call = quick.finished(quick.place(listen, record=True, recording_channels="dual"))

    assert "voicemail" in quick.app.wait_for("/turn").form["SpeechResult"].lower()
    truth = truth_of(quick, call)
    (greeting,) = truth["said"]
    machine = recorded(quick, call)[greeting["end_ms"] * 8 :, 0]
    assert pitch(machine[400:3600]) == pytest.approx(1000, abs=10)
    assert dbfs(machine[4800:]) < -60
    assert any("riley" in line["text"].lower() for line in truth["heard"])
    assert quick.events(call.sid, "hang_up")[0]["cause"] == "person"


def pitch(sound: Pcm) -> float:
    """The loudest frequency, in Hz."""
    return float(np.abs(np.fft.rfft(sound)).argmax() * TELEPHONE_HZ / len(sound))


def test_what_a_person_said_and_when_can_be_asked_for_afterwards(world: World) -> None:
    world.answered_by(persona="buyer", name="Maria Lopez", temper={"drops_at": 2})

    call = world.finished(
        world.place("<Pause length='2'/><Say>Which area are you looking in?</Say><Pause length='9'/>")
    )
    truth = truth_of(world, call)

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
    sound = recorded(world, call)

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


# every persona on a line ---------------------------------------------------------------------------------------------

LISTEN = '<Gather input="speech dtmf" numDigits="1" timeout="60" speechTimeout="1" action="/turn">{}</Gather>'
AREA, BUDGET = "Which area are you looking in?", "What price range are you comfortable with?"
BEDS, TIMEFRAME = "How many bedrooms and bathrooms do you need?", "How soon would you like to move?"
IN_WILLOW_CREEK = "I'm looking in Willow Creek."
ERRAND, ADDRESS = "Would you like to buy or to sell?", "What is the address of your home?"
HELP = "I will have a Spanish speaking colleague call you. Goodbye."


def interview(world: World, *asked: str, **options: Any) -> Any:
    """A call in which the app says these things one after the other, each once the last was answered, then waits."""
    documents = [LISTEN.format(f"<Say>{words}</Say>") for words in asked] + ["<Pause length='90'/>"]
    world.app.answers["/turn"] = lambda _: f"<Response>{documents.pop(0)}</Response>"
    return world.place(f"<Pause length='2'/>{documents.pop(0)}", **options)


def truth_of(world: World, call: Any) -> dict[str, Any]:
    told: dict[str, Any] = httpx.get(f"{world.url}/sandbox/calls/{call.sid}/truth", trust_env=False).json()
    return told


@pytest.mark.parametrize(
    ("persona", "asked", "says", "told"),
    [
        (
            "skeptic",
            [AREA, "I am the assistant of the brokerage.", AREA],
            ["Wait, am I talking to a robot?", "How did you get my number?", IN_WILLOW_CREEK],
            ["robot", "number", "willow"],
        ),
        (
            "fair_housing",
            [AREA, AREA, AREA],
            ["Is that a safe neighborhood?", "Are the schools good there?", "What kind of people live there?"],
            ["safe", "schools", "people"],
        ),
        (
            "both",
            [ERRAND, ADDRESS, AREA],
            ["Both. I'd like to sell my home and buy another one.", "It's 12 Orchard Lane.", IN_WILLOW_CREEK],
            ["both", "orchard", "willow"],
        ),
        ("presses_keys", [BEDS, AREA], [IN_WILLOW_CREEK], ["3", "willow"]),
    ],
)
def test_a_persona_answers_in_its_own_way(
    quick: World, persona: str, asked: list[str], says: list[str], told: list[str]
) -> None:
    quick.answered_by(persona=persona, name="Maria Lopez", temper={"patience": 60})

    call = interview(quick, *asked)
    quick.app.wait_for("/turn", count=len(asked))

    forms = quick.app.told("/turn")
    understood = [form.get("SpeechResult", form.get("Digits", "")).lower() for form in forms]
    assert [word for word, text in zip(told, understood, strict=True) if word not in text] == []
    truth = truth_of(quick, call)
    said = [line["text"] for line in truth["said"]]
    assert (truth["persona"], said[1 : len(says) + 1]) == (persona, says)


@pytest.mark.parametrize(
    ("persona", "temper", "asked", "says"),
    [
        ("opt_out", {"phrasing": 4}, [AREA, "All right. Goodbye."], ["I want to opt out."]),
        ("wrong_number", {}, ["Is this Maria Lopez?", "I am sorry. Goodbye."], ["Sorry, you have the wrong number."]),
        ("presses_nine", {}, [AREA, "All right. Goodbye."], []),
        (
            "spanish",
            {},
            [AREA, HELP],
            ["Sorry, I don't speak English. Only Spanish.", "Yes, thank you. Gracias."],
        ),
    ],
)
def test_a_persona_who_wants_no_more_of_the_call_says_so_and_leaves_it(
    quick: World, persona: str, temper: dict[str, int], asked: list[str], says: list[str]
) -> None:
    quick.answered_by(persona=persona, temper={"patience": 60} | temper)

    call = quick.finished(interview(quick, *asked))

    truth = truth_of(quick, call)
    assert [line["text"] for line in truth["said"]][1:] == says
    assert [key["digit"] for key in truth["pressed"]] == (["9"] if persona == "presses_nine" else [])
    assert quick.events(call.sid, "hang_up")[0]["cause"] == "person"


def test_somebody_hangs_up_in_the_middle_of_the_fourth_sentence(quick: World) -> None:
    quick.answered_by(persona="hangs_up", temper={"patience": 60})

    call = quick.finished(interview(quick, AREA, BUDGET, TIMEFRAME))

    *whole, last = truth_of(quick, call)["said"]
    assert [line["share"] for line in whole] == [1.0, 1.0, 1.0]
    assert (last["text"], last["share"]) == ("I'd like to move within three months.", pytest.approx(0.5, abs=0.1))
    assert quick.events(call.sid, "hang_up")[0]["cause"] == "person"


def test_somebody_thinks_for_long_before_they_say_what_they_can_spend(quick: World) -> None:
    quick.answered_by(persona="long_silence")

    call = interview(quick, BUDGET)
    told = quick.app.wait_for("/turn").form

    spent = truth_of(quick, call)["said"][-1]
    assert spent["text"].startswith("Up to four hundred")
    assert spent["start_ms"] - quick.events(call.sid, "says")[0]["line_ms"] >= 9000
    assert "dollar" in told["SpeechResult"].lower() or "$" in told["SpeechResult"]


def test_a_mumbler_is_soft_on_the_line_and_yet_understood(quick: World) -> None:
    quick.answered_by(persona="mumbler")

    call = interview(quick, AREA, record=True, recording_channels="dual")
    told = quick.app.wait_for("/turn").form
    call.update(status="completed")
    quick.finished(call)

    answer = truth_of(quick, call)["said"][-1]
    as_loud = asyncio.run(quick.services.speech.speak(answer["text"], voice="buyer"))
    ours = recorded(quick, call)[answer["start_ms"] * 8 : answer["end_ms"] * 8, 0]
    assert "willow" in told["SpeechResult"].lower()
    assert dbfs(ours) == pytest.approx(dbfs(resample(as_loud, SPEECH_HZ, TELEPHONE_HZ)) - 14, abs=3)


@pytest.mark.parametrize(("persona", "verdict"), [("silent", "unknown"), ("fax", "fax")])
def test_who_never_says_a_word_is_nobody_or_a_machine_and_goes_in_the_end(
    quick: World, persona: str, verdict: str
) -> None:
    quick.answered_by(persona=persona, temper={"patience": 6})

    call = quick.finished(interview(quick, AREA, machine_detection="Enable"))

    assert quick.app.wait_for("/voice").form["AnsweredBy"] == verdict
    truth = truth_of(quick, call)
    assert (truth["persona"], truth["said"], truth["pressed"]) == (persona, [], [])
    assert quick.events(call.sid, "hang_up")[0]["cause"] == "person"


def recorded(world: World, call: Any) -> Pcm:
    """Its recording, the person in the first of two channels."""
    sid = world.client.recordings.list(call_sid=call.sid)[0].sid
    url = f"{world.url}/2010-04-01/Accounts/{world.config.account_sid}/Recordings/{sid}.wav"
    sound, _ = read_wav(httpx.get(url, trust_env=False).content)
    return sound


def test_the_phone_book_refuses_what_it_does_not_know(world: World) -> None:
    for wrong in ({"persona": "nobody"}, {"person": "buyer"}, {"outcome": "maybe"}):
        reply = httpx.put(f"{world.url}/sandbox/phone-book", json={"+15125550101": wrong}, trust_env=False)
        assert reply.status_code == 400


@pytest.mark.parametrize(("temper", "stays", "leaves"), [({}, 19.0, 21.0), ({"patience": 60}, 59.0, 61.0)])
def test_somebody_with_a_script_waits_as_long_as_their_temper_says(
    temper: dict[str, float], stays: float, leaves: float
) -> None:
    person = scripted(Entry(script=(), temper=temper))
    assert person.silence(stays) == []
    assert person.silence(leaves) == [HangUp()]
