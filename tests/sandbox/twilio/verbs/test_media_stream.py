"""Media Streams as the app behind a <Connect><Stream> meets them."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.websockets import WebSocket
from twilio.request_validator import RequestValidator

from sandbox.audio import rms, ulaw_decode
from sandbox.speech import Speech
from tests.sandbox.streaming import CONNECT, Session, streamed, tone
from tests.sandbox.twilio_world import World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def test_the_handshake_is_twilios_and_signed(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("start")
        await socket.close()

    session, _ = streamed(world, plan)

    headers = session.headers
    signature = headers["x-twilio-signature"]
    assert RequestValidator(world.config.auth_token).validate(world.app.ws_url + "/media", {}, signature)
    assert headers["user-agent"] == "Twilio.TmeWs/1.0"
    assert not headers.keys() & {"origin", "sec-websocket-protocol", "sec-websocket-extensions"}


def test_messages_have_twilios_order_numbers_and_types(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("media", 60)
        await socket.close()

    session, call = streamed(world, plan)

    connected, start, *rest = session.got
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert start["sequenceNumber"] == "1"
    assert start["start"]["callSid"] == call.sid
    assert start["start"]["customParameters"] == {"token": "k3"}
    assert start["start"]["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    assert [message["sequenceNumber"] for message in rest] == [str(n) for n in range(2, len(rest) + 2)]
    media = [message["media"] for message in rest]
    assert [one["chunk"] for one in media] == [str(n) for n in range(1, len(media) + 1)]
    assert all(len(base64.b64decode(one["payload"])) == 160 and one["track"] == "inbound" for one in media)


def test_the_persons_voice_arrives_at_the_pace_of_real_time(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("media", 150)
        await socket.close()

    session, call = streamed(world, plan)

    sound = b"".join(base64.b64decode(message["media"]["payload"]) for message in session.all("media"))
    assert rms(ulaw_decode(sound)) > 0.01
    took = session.times[-1] - session.times[2]
    assert took == pytest.approx(0.02 * (len(session.times) - 3), abs=0.5)
    assert world.events(call.sid, "said")[0]["text"] == "Hello, who is this please?"


def test_a_mark_comes_back_when_the_sound_before_it_was_played(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("start")
        await session.play(socket, tone(1.0))
        await session.send(socket, "mark", name="first")
        await session.play(socket, tone(0.5))
        await session.send(socket, "mark", name="second")
        await session.seen("mark", 2)
        await socket.close()

    session, _ = streamed(world, plan)

    order = [message["mark"]["name"] if message["event"] == "mark" else "" for message in session.got[2:]]
    first, second = order.index("first"), order.index("second")
    assert [name for name in order if name] == ["first", "second"]
    assert 48 <= first <= 65
    assert 24 <= second - first - 1 <= 27


def test_clear_drops_the_sound_and_returns_all_marks_at_once(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.play(socket, tone(20.0))
        await session.send(socket, "mark", name="never heard")
        await session.seen("media", 20)
        await session.send(socket, "clear")
        await session.seen("mark")
        await socket.close()

    session, call = streamed(world, plan)

    assert session.got.index(session.all("mark")[0]) < 100
    assert world.events(call.sid, "clear")[0]["waiting"] > 15


def test_a_mark_on_an_empty_line_comes_straight_back(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.send(socket, "mark", name="nothing before me")
        await session.seen("mark")
        await socket.close()

    session, _ = streamed(world, plan)

    assert session.got.index(session.all("mark")[0]) < 10


def test_keys_arrive_as_dtmf(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("dtmf", 2)
        await socket.close()

    session, _ = streamed(world, plan, script=[{"press": "42", "after": 1}])

    assert [message["dtmf"] for message in session.all("dtmf")] == [
        {"track": "inbound_track", "digit": "4"},
        {"track": "inbound_track", "digit": "2"},
    ]


def test_the_verb_after_connect_runs_when_the_app_closes_the_socket(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("media", 5)
        await socket.close(1011)

    _, call = streamed(world, plan, after="<Redirect>/next</Redirect>")

    assert world.app.wait_for("/next").form["CallSid"] == call.sid
    assert world.events(call.sid, "error")[0]["code"] == 31921


def test_the_person_hanging_up_sends_stop_and_closes_the_socket(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("media", 5)

    session, call = streamed(world, plan, script=[{"hang_up": True, "after": 1}])

    assert session.got[-1]["event"] == "stop"
    assert session.got[-1]["stop"] == {"accountSid": world.config.account_sid, "callSid": call.sid}


def test_a_rest_redirect_stops_the_stream_and_runs_the_new_twiml(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("stop")

    world.answered_by(script=["Hello?"])
    session = world.app.socket_handler = Session(plan)
    call = world.place(CONNECT.format(url=world.app.ws_url))
    world.wait_event(call.sid, "stream_start")
    call.update(twiml="<Response><Say>Please hold on.</Say></Response>")

    assert world.finished(call).status == "completed"
    assert session.got[-1]["event"] == "stop"
    assert [event["name"] for event in world.events(call.sid, "verb")] == ["Connect", "Say"]


def test_a_refused_handshake_is_told_to_the_status_callback_and_the_next_verb_runs(world: World) -> None:
    async def refuse(socket: WebSocket) -> None:
        await socket.close()

    world.answered_by(script=["Hello?"])
    world.app.socket_handler = refuse
    stream = f'<Connect><Stream url="{world.app.ws_url}/media" statusCallback="/stream"/></Connect>'
    call = world.place(stream + "<Redirect>/next</Redirect>")

    told = world.app.wait_for("/stream", StreamEvent="stream-error").form
    assert told["StreamError"].startswith("31920")
    world.app.wait_for("/next")
    assert world.finished(call).status == "completed"


@pytest.mark.provokes
def test_an_app_on_this_machine_that_writes_wss_and_has_no_tls_gets_its_stream(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("start")
        await socket.close()

    world.answered_by(script=["Hello?"])
    world.app.socket_handler = session = Session(plan)
    secure = world.app.ws_url.replace("ws://", "wss://")
    call = world.place(CONNECT.format(url=secure))
    world.finished(call)

    assert session.all("start")
    assert RequestValidator(world.config.auth_token).validate(
        f"{secure}/media", {}, session.headers["x-twilio-signature"]
    )
    assert [complaint["message"] for complaint in world.complaints()] == ["wss"]
    assert world.events(call.sid, "error") == []


UNKNOWN = [
    ("{}", "unknown event"),
    ("no json", "not a JSON object"),
    ('{"event":"clear","streamSid":"MZ0"}', "streamSid is missing or of another stream"),
    (b"\x00", "only text frames are part of the protocol"),
]


@pytest.mark.provokes
@pytest.mark.parametrize(
    ("message", "problem"),
    UNKNOWN,
)
def test_what_the_protocol_does_not_know_is_a_complaint(world: World, message: str | bytes, problem: str) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("start")
        if isinstance(message, str):
            await socket.send_text(message)
        else:
            await socket.send_bytes(message)
        await session.seen("media", 10)
        await socket.close()

    streamed(world, plan)

    assert problem in [complaint["problem"] for complaint in world.complaints()]


@pytest.mark.provokes
def test_a_warning_is_given_once_a_stream_with_twilios_code(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("start")
        for _ in range(3):
            await socket.send_bytes(b"\x00")
            await socket.send_text('{"event": "dance"}')
        await session.seen("media", 10)
        await socket.close()

    _, call = streamed(world, plan)

    assert [event["code"] for event in world.events(call.sid, "error")] == [31950, 31951]
    assert len(world.complaints()) == 6
