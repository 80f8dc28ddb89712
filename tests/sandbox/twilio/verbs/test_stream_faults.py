"""What each fault of a media stream and of the line behind it does on the wire, as the app's socket sees it."""

import base64
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.websockets import WebSocket
from twilio.request_validator import RequestValidator

from sandbox.audio import Pcm, dbfs, ulaw_decode
from sandbox.speech import Endpointer, Speech, SpeechStarted
from tests.sandbox.streaming import Session, streamed, tone
from tests.sandbox.twilio_world import World, twilio_world

SILENT: dict[str, Any] = {"script": []}


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def fail(world: World, name: str, **params: Any) -> None:
    world.services.faults.add(name, **params)


def listening(frames: int) -> Any:
    """A plan: take so many media messages, then close."""

    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("media", frames)
        await socket.close()

    return plan


def saying(sound: bytes, frames: int) -> Any:
    """A plan: play a sound, then listen."""

    async def plan(session: Session, socket: WebSocket) -> None:
        await session.play(socket, sound)
        await session.seen("media", frames)
        await socket.close()

    return plan


def inbound(session: Session) -> list[Pcm]:
    """20 ms of sound each."""
    return [ulaw_decode(base64.b64decode(message["media"]["payload"])) for message in session.all("media")]


def loud(frames: list[Pcm], *, above: float = -40.0) -> list[int]:
    return [number for number, frame in enumerate(frames) if dbfs(frame) > above]


# the socket --------------------------------------------------------------------------------------------------------


def test_stream_drop_ends_the_stream_without_stop_and_the_call_goes_on(world: World) -> None:
    fail(world, "stream.drop", at=0.5)

    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("media", 5)

    session, call = streamed(world, plan, after="<Redirect>/next</Redirect>")

    assert not session.all("stop")
    assert world.app.wait_for("/next").form["CallSid"] == call.sid
    assert 20 <= len(session.all("media")) <= 30


def test_stream_no_stop_leaves_the_app_with_a_socket_of_a_call_that_is_over(world: World) -> None:
    fail(world, "stream.no_stop", seconds=3.0)

    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("media", 5)

    session, call = streamed(world, plan, script=[{"hang_up": True, "after": 1}])

    assert call.status == "completed"
    assert not session.gone.is_set()
    assert session.gone.wait(20)
    assert not session.all("stop")


def signed_for(world: World, url: str, session: Session) -> bool:
    return bool(RequestValidator(world.config.auth_token).validate(url, {}, session.headers["x-twilio-signature"]))


def test_stream_signature_slash_signs_an_address_nobody_asked_for(world: World) -> None:
    fail(world, "stream.signature_slash")

    session, _ = streamed(world, listening(1))

    assert session.path == "/media"
    assert not signed_for(world, f"{world.app.ws_url}/media", session)
    assert signed_for(world, f"{world.app.ws_url}/media/", session)


def test_stream_bad_signature_is_somebody_elses(world: World) -> None:
    fail(world, "stream.bad_signature")

    session, _ = streamed(world, listening(1))

    assert not any(signed_for(world, f"{world.app.ws_url}/media{slash}", session) for slash in ("", "/"))


# media -------------------------------------------------------------------------------------------------------------


def test_stream_stall_holds_media_back_and_then_sends_it_all(world: World) -> None:
    fail(world, "stream.stall", at=0.3, seconds=1.0)

    session, _ = streamed(world, listening(90))

    gaps = [after - before for before, after in itertools.pairwise(session.times)]
    stall = int(np.argmax(gaps))
    assert gaps[stall] > 0.8
    assert 12 <= stall <= 22  # the third of a second before it
    assert sum(gaps[stall + 1 : stall + 31]) < 0.5  # what waited, faster than it sounds
    chunks = [int(message["media"]["chunk"]) for message in session.all("media")]
    assert chunks == list(range(1, len(chunks) + 1))


def test_stream_lost_media_leaves_a_hole_in_the_numbers(world: World) -> None:
    fail(world, "stream.lost_media", at=0.2, seconds=0.4)

    session, _ = streamed(world, listening(40))

    chunks = [int(message["media"]["chunk"]) for message in session.all("media")]
    assert sorted(set(range(1, chunks[-1] + 1)) - set(chunks)) == list(range(11, 31))
    numbers = [int(message["sequenceNumber"]) for message in session.all("media")]
    assert [after - before for before, after in itertools.pairwise(numbers)].count(21) == 1


def test_stream_garbled_sends_static_instead_of_the_line(world: World) -> None:
    fail(world, "stream.garbled", at=0.2, seconds=0.4)

    session, _ = streamed(world, listening(50), **SILENT)

    assert loud(inbound(session)) == list(range(10, 30))


async def two_marks(session: Session, socket: WebSocket) -> None:
    for name in ("first", "second"):
        await session.play(socket, tone(0.1))
        await session.send(socket, "mark", name=name)


def marks(session: Session) -> list[str]:
    return [message["mark"]["name"] for message in session.all("mark")]


def test_stream_mark_late_comes_long_after_the_sound_was_played(world: World) -> None:
    fail(world, "stream.mark_late", seconds=1.0)

    async def plan(session: Session, socket: WebSocket) -> None:
        await two_marks(session, socket)
        await session.seen("mark", 2)
        await socket.close()

    session, _ = streamed(world, plan)

    assert marks(session) == ["second", "first"]


def test_stream_mark_lost_never_comes(world: World) -> None:
    fail(world, "stream.mark_lost")

    async def plan(session: Session, socket: WebSocket) -> None:
        await two_marks(session, socket)
        await session.seen("mark")
        await session.seen("media", 60)
        await socket.close()

    session, _ = streamed(world, plan)

    assert marks(session) == ["second"]


def test_stream_mark_after_clear_comes_amid_the_sound_after_it(world: World) -> None:
    fail(world, "stream.mark_after_clear", seconds=1.0)

    async def plan(session: Session, socket: WebSocket) -> None:
        await session.play(socket, tone(20.0))
        await session.send(socket, "mark", name="never heard")
        await session.send(socket, "clear")
        await session.play(socket, tone(0.1))
        await session.send(socket, "mark", name="heard")
        await session.seen("mark", 2)
        await socket.close()

    session, _ = streamed(world, plan)

    assert marks(session) == ["heard", "never heard"]


# the line ----------------------------------------------------------------------------------------------------------


def test_line_echo_gives_the_app_its_own_voice_back(world: World) -> None:
    fail(world, "line.echo", level_db=-12.0, delay_ms=180)

    session, _ = streamed(world, saying(tone(0.6), 70), **SILENT)

    frames = inbound(session)
    heard = loud(frames, above=-60.0)
    assert 28 <= len(heard) <= 32
    assert heard == list(range(heard[0], heard[-1] + 1))
    assert dbfs(frames[heard[5]]) == pytest.approx(dbfs(ulaw_decode(tone(0.02))) - 12, abs=1)


def test_line_static_lies_over_the_person(world: World) -> None:
    fail(world, "line.static", at=0.2, seconds=0.4, level_dbfs=-26.0)

    session, _ = streamed(world, listening(50), **SILENT)

    frames = inbound(session)
    crackling = loud(frames)
    assert len(crackling) == 20
    assert np.mean([dbfs(frames[number]) for number in crackling]) == pytest.approx(-26, abs=1.5)


def test_line_cough_sounds_like_speech_and_says_nothing(world: World) -> None:
    fail(world, "line.cough", at=0.3)

    session, call = streamed(world, listening(90), **SILENT)

    ear = Endpointer()
    noticed = ear.feed(np.concatenate(inbound(session)))
    assert any(isinstance(event, SpeechStarted) for event in noticed)
    assert world.events(call.sid, "said") == []


def test_line_inband_keys_are_tones_and_no_dtmf(world: World) -> None:
    fail(world, "line.inband_keys")

    session, _ = streamed(world, listening(80), script=[{"press": "5", "after": 0.5}])

    assert not session.all("dtmf")
    pressed = np.concatenate([inbound(session)[number] for number in loud(inbound(session))])
    spectrum = np.abs(np.fft.rfft(pressed.astype(float), 8000))
    peaks = [int(np.argmax(spectrum[low:high])) + low for low, high in ((600, 1000), (1150, 1500))]
    assert peaks == pytest.approx([770, 1336], abs=15)


def test_a_fault_for_another_number_leaves_a_stream_alone(world: World) -> None:
    fail(world, "stream.drop", to="+15125550199")

    session, _ = streamed(world, listening(20))

    assert len(session.all("media")) >= 20
