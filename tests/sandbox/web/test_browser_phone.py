"""The phone page's socket, as its browser uses it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.websockets import WebSocket
from websockets import Origin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from sandbox.audio import TELEPHONE_HZ, resample, rms, ulaw_decode, ulaw_encode
from sandbox.journal.ladder import APP, CARRIER
from sandbox.speech import Speech
from tests.sandbox.streaming import CONNECT, Session, tone
from tests.sandbox.twilio_world import LEAD, OURS, World, twilio_world

LINE = "/sandbox/phone/line"
PATIENCE = 20.0


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), voice_number=OURS) as world:
        yield world


class Phone:
    """A phone page without a browser. ``heard`` is what it was made to play."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard = b""
        self.seen: list[dict[str, Any]] = []

    def say(self, do: str, **message: str) -> None:
        self.socket.send(json.dumps({"do": do, **message}))

    def wait(self, event: str, fits: Callable[[dict[str, Any]], bool] = lambda told: True) -> dict[str, Any]:
        while True:
            told = self._next()
            if told.get("event") == event and fits(told):
                return told

    def wait_row(self, label: str) -> dict[str, Any]:
        return self.wait("row", lambda told: label in told["row"]["label"])

    def _next(self) -> dict[str, Any]:
        message = self.socket.recv(timeout=PATIENCE)
        if isinstance(message, bytes):
            self.heard += message
            return {}
        told: dict[str, Any] = json.loads(message)
        self.seen.append(told)
        return told

    def speak(self, sound: bytes) -> None:
        """A frame for each that is heard, until the call is over."""
        for at in range(0, len(sound), 160):
            self.socket.send(sound[at : at + 160].ljust(160, b"\xff"))
            before = len(self.heard)
            while len(self.heard) == before:
                if self._next().get("event") == "ended":
                    return


@contextmanager
def phone_at(world: World, number: str = LEAD) -> Iterator[Phone]:
    with connect(world.url.replace("http", "ws") + LINE, proxy=None) as socket:
        phone = Phone(socket)
        phone.wait("ready")
        phone.say("claim", number=number)
        phone.wait("claimed")
        yield phone


def test_a_call_to_the_phones_number_rings_and_is_answered_there(world: World) -> None:
    with phone_at(world) as phone:
        call = world.place('<Say>Hello from the app.</Say><Pause length="1"/>')
        ringing = phone.wait("ringing")
        phone.say("answer", call=ringing["call"])
        phone.wait("answered")
        phone.wait("ended")

        assert (ringing["from"], ringing["to"]) == (OURS, LEAD)
        assert world.finished(call).status == "completed"
        assert rms(ulaw_decode(phone.heard)) > 0.01


def test_what_is_said_into_the_microphone_is_understood_by_gather(world: World, sentence: bytes) -> None:
    world.app.answers["/turn"] = "<Response><Hangup/></Response>"
    with phone_at(world) as phone:
        world.place('<Gather input="speech" action="/turn" timeout="15" speechTimeout="1"/>')
        phone.say("answer", call=phone.wait("ringing")["call"])
        phone.wait_row("<Gather>")
        phone.speak(sentence + b"\xff" * 16_000)

        heard = world.app.wait_for("/turn").form["SpeechResult"]

    assert "three bedrooms" in heard.lower()


@pytest.fixture
async def sentence(speech: Speech) -> bytes:
    spoken = await speech.speak("Three bedrooms near the river, please.", voice="buyer")
    return ulaw_encode(resample(np.asarray(spoken), 24000, TELEPHONE_HZ))


def test_a_declined_call_is_busy(world: World) -> None:
    with phone_at(world) as phone:
        call = world.place("<Say>Hello</Say>")
        phone.say("decline", call=phone.wait("ringing")["call"])

        assert world.finished(call).status == "busy"


def test_a_call_nobody_answers_stops_ringing_in_time(world: World) -> None:
    with phone_at(world) as phone:
        call = world.place("<Say>Hello</Say>", timeout=1)
        phone.wait("ringing")
        phone.wait("stopped")

        assert world.finished(call).status == "no-answer"


def test_a_number_reserved_for_a_browser_without_one_is_not_answered(world: World) -> None:
    world.answered_by(outcome="browser")

    assert world.finished(world.place("<Say>Hello</Say>", timeout=1)).status == "no-answer"


def test_a_second_call_to_a_phone_in_use_is_busy(world: World) -> None:
    with phone_at(world) as phone:
        first = world.place('<Pause length="60"/>')
        phone.say("answer", call=phone.wait("ringing")["call"])
        phone.wait("answered")

        assert world.finished(world.place("<Say>Hello</Say>")).status == "busy"
        phone.say("hang_up")
        assert world.finished(first).status == "completed"


def test_keys_reach_gather(world: World) -> None:
    world.app.answers["/turn"] = "<Response><Hangup/></Response>"
    with phone_at(world) as phone:
        world.place('<Gather input="dtmf" action="/turn" numDigits="2" timeout="15"/>')
        phone.say("answer", call=phone.wait("ringing")["call"])
        phone.wait_row("<Gather>")
        phone.say("key", digit="4")
        phone.say("key", digit="x")
        phone.say("key", digit="2")

        assert world.app.wait_for("/turn").form["Digits"] == "42"


def test_closing_the_page_hangs_up_and_gives_the_number_back(world: World) -> None:
    world.answered_by(script=[{"hang_up": True}])
    with phone_at(world) as phone:
        call = world.place('<Pause length="60"/>')
        phone.say("answer", call=phone.wait("ringing")["call"])
        phone.wait("answered")

    assert world.finished(call).status == "completed"
    assert world.finished(world.place('<Say>Hello?</Say><Pause length="3"/>')).status == "completed"


def test_the_person_at_the_phone_calls_the_app(world: World) -> None:
    world.app.answers["/voice"] = '<Response><Say>Welcome.</Say><Pause length="30"/></Response>'
    with phone_at(world) as phone:
        phone.say("call", to=OURS, url=f"{world.app.url}/voice")
        calling = phone.wait("calling")
        phone.wait("answered")
        phone.wait_row("Welcome")
        phone.say("hang_up")
        phone.wait("ended")

    asked = world.app.wait_for("/voice").form
    assert (asked["CallSid"], asked["From"], asked["Direction"]) == (calling["call"], LEAD, "inbound")


def test_twiml_and_requests_go_by_while_the_call_lasts(world: World) -> None:
    with phone_at(world) as phone:
        world.place("<Say>Hello from the app.</Say>")
        phone.say("answer", call=phone.wait("ringing")["call"])
        phone.wait("ended")

    rows = [told["row"] for told in phone.seen if told["event"] == "row"]
    (asked,) = [row for row in rows if row["label"].startswith("POST /voice → 200")]
    assert "<Say>Hello from the app.</Say>" in asked["detail"]["twiml"]


def test_the_messages_of_a_stream_go_by_while_it_lasts(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.play(socket, tone(0.2))
        await session.send(socket, "mark", name="played")
        await session.seen("mark")
        await session.send(socket, "clear")
        await socket.close()

    world.app.socket_handler = Session(plan)
    with phone_at(world) as phone:
        world.place(CONNECT.format(url=world.app.ws_url))
        phone.say("answer", call=phone.wait("ringing")["call"])
        phone.wait("ended")

    rows = [told["row"] for told in phone.seen if told["event"] == "row" and told["row"]["kind"] in ("stream", "mark")]
    shown = [(row["label"].partition(" · ")[0], APP if row["source"] == APP else CARRIER) for row in rows]
    opened, start, *rest = shown
    assert (opened, start) == (("WebSocket opens /media", CARRIER), ("start", CARRIER))
    assert [row for row in rest if row[0] != "media"] == [
        ("mark", APP),
        ("mark", CARRIER),
        ("clear", APP),
        ("WebSocket closed 1000", CARRIER),
    ]
    assert ("media", APP) in rest


@pytest.mark.parametrize(
    "message",
    ["[]", "{", '{"do": "fly"}', '{"do": "claim", "number": "12"}', '{"do": "call", "to": "x", "url": "y"}'],
)
def test_a_message_that_makes_no_sense_is_answered_with_a_problem(world: World, message: str) -> None:
    with phone_at(world) as phone:
        phone.socket.send(message)

        assert phone.wait("problem")["text"]


def test_another_sites_page_may_not_use_the_phone(world: World) -> None:
    address, elsewhere = world.url.replace("http", "ws") + LINE, Origin("https://elsewhere.example")
    with pytest.raises(InvalidStatus) as refused, connect(address, proxy=None, origin=elsewhere):
        pass

    assert refused.value.response.status_code == 403
