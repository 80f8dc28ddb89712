"""The handshake and the socket: who gets in, and how a session ends."""

import asyncio
import json
from typing import Any

import openai
import pytest
from websockets.asyncio.client import connect as websocket
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sandbox.config import Config
from sandbox.openai.agent import respond
from sandbox.openai.realtime import endpoint
from sandbox.services import Services
from tests.sandbox.openai.test_validation import BAD
from tests.sandbox.serving import serving
from tests.sandbox.watch import watched


async def test_a_wrong_key_is_refused_before_the_upgrade(connect):
    with pytest.raises(InvalidStatus) as refused:
        async with connect(key="sk-wrong"):
            pass
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body)["error"]["code"] == "invalid_api_key"


async def raw(address, query="?model=gpt-realtime-2.1", **headers):
    """All a bare WebSocket client receives, and how the server closes."""
    received = []
    headers = {"Authorization": "Bearer sk-sandbox"} | headers
    url = f"ws://{address}/v1/realtime{query}"
    async with websocket(url, additional_headers=headers, proxy=None) as socket, asyncio.timeout(10):
        try:
            while True:
                received.append(json.loads(await socket.recv()))
        except ConnectionClosed as closed:
            return received, closed.rcvd


BROWSER: list[Any] = ["realtime", "openai-insecure-api-key.sk-sandbox"]
WRONG_KEY: list[Any] = ["realtime", "openai-insecure-api-key.sk-wrong"]
BETA: list[Any] = [*BROWSER, "openai-beta.realtime-v1"]
URL = "/v1/realtime?model=gpt-realtime-2.1"


async def test_a_browser_gives_its_key_as_a_subprotocol_and_is_answered_with_another(address):
    async with websocket(f"ws://{address}{URL}", subprotocols=BROWSER, proxy=None) as socket:
        assert socket.subprotocol == "realtime"
        assert json.loads(await socket.recv())["type"] == "session.created"


async def test_a_wrong_key_among_the_subprotocols_is_refused(address):
    with pytest.raises(InvalidStatus) as refused:
        async with websocket(f"ws://{address}{URL}", subprotocols=WRONG_KEY, proxy=None):
            pass
    assert refused.value.response.status_code == 401


async def test_without_subprotocols_none_is_chosen(address):
    headers = {"Authorization": "Bearer sk-sandbox"}
    async with websocket(f"ws://{address}{URL}", additional_headers=headers, proxy=None) as socket:
        assert socket.subprotocol is None


@pytest.mark.provokes
async def test_the_beta_subprotocol_is_the_beta_dialect(address):
    async with websocket(f"ws://{address}{URL}", subprotocols=BETA, proxy=None) as socket:
        assert json.loads(await socket.recv())["error"]["code"] == "beta_api_shape_disabled"


@pytest.mark.provokes
async def test_a_binary_frame_is_an_error_and_the_session_goes_on(address):
    async with websocket(f"ws://{address}{URL}", subprotocols=BROWSER, proxy=None) as socket, asyncio.timeout(10):
        await socket.recv()
        await socket.send(b"\x00\x01 raw audio")
        assert json.loads(await socket.recv())["error"]["code"] == "invalid_json"
        await socket.send('{"type": "input_audio_buffer.clear"}')
        assert json.loads(await socket.recv())["type"] == "input_audio_buffer.cleared"


@pytest.mark.provokes
async def test_the_result_of_a_call_nobody_made_is_refused(address):
    item = {"type": "function_call_output", "call_id": "call_9", "output": "{}"}
    async with websocket(f"ws://{address}{URL}", subprotocols=BROWSER, proxy=None) as socket, asyncio.timeout(10):
        await socket.recv()
        await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        error = json.loads(await socket.recv())["error"]
    assert (error["code"], error["message"]) == (
        "invalid_tool_call_id",
        "Tool call ID 'call_9' not found in conversation.",
    )


REQUIRED: Any = {"tool_choice": "required"}


async def test_a_plumbers_session_greets_as_told_and_calls_what_it_must(services):
    """The sandbox's own model, in text: Twilio's sample puts the order to greet into the caller's mouth."""
    weather = {
        "type": "function",
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
    words: Any = [{"type": "input_text", "text": "Greet the user with 'Acme Plumbing, how can I help?'"}]
    with serving(endpoint.routes(services, respond)) as address:
        async with (
            openai.AsyncOpenAI(api_key="sk-sandbox", base_url=f"http://{address}/v1") as client,
            client.realtime.connect(model="gpt-realtime-2.1") as session,
            asyncio.timeout(20),
        ):
            settings: Any = {
                "type": "realtime",
                "output_modalities": ["text"],
                "instructions": "You are Max, a plumber.",
            }
            await session.session.update(session=settings | {"tools": [weather]})
            await session.conversation.item.create(item={"type": "message", "role": "user", "content": words})
            await session.response.create()
            greeting = await _done(session)
            await session.response.create(response=REQUIRED)
            forced = await _done(session)
            named: Any = {"tool_choice": {"type": "function", "name": "get_weather"}}
            await session.response.create(response=named)
            by_name = await _done(session)
    assert greeting.output[0].content[0].text == "Acme Plumbing, how can I help?"
    for done in (forced, by_name):
        assert [(item.type, set(json.loads(item.arguments))) for item in done.output] == [("function_call", {"city"})]


async def _done(session):
    async for event in session:
        if event.type == "response.done":
            return event.response


@pytest.mark.provokes
async def test_the_beta_dialect_is_told_to_go_and_cut_off(address):
    (error,), close = await raw(address, **{"OpenAI-Beta": "realtime=v1"})
    assert error["error"]["code"] == "beta_api_shape_disabled"
    assert (close.code, close.reason) == (4000, "invalid_request_error.beta_api_shape_disabled")


CUT_OFF = [
    ("", "missing_model"),
    ("?model=gpt-9", "model_not_found"),
    ("?model=gpt-4o-realtime-preview", "model_not_found"),
    ("?intent=transcription&model=gpt-transcribe", "invalid_model"),
]


@pytest.mark.provokes
@pytest.mark.parametrize(
    ("query", "code"),
    CUT_OFF,
)
async def test_a_missing_or_unknown_model_is_cut_off(address, query, code):
    (error,), close = await raw(address, query)
    assert error["error"]["code"] == code
    assert close.code == 4000


async def test_a_model_that_cannot_transcribe_ends_a_transcription(connect):
    async with connect(model=None, extra_query={"intent": "transcription"}) as line:
        heard = {"transcription": {"model": "gpt-9-listen"}}
        await line.send("session.update", session={"type": "transcription", "audio": {"input": heard}})
        error = (await line.until("error"))["error"]
        with pytest.raises(ConnectionClosed) as closed:
            await line.next()
    assert error["code"] == "invalid_model"
    close = closed.value.rcvd
    assert close is not None
    assert (close.code, close.reason) == (4000, "invalid_request_error.invalid_model")


@pytest.mark.provokes
async def test_what_is_no_json_is_an_error_and_not_the_end(connect, services):
    async with connect() as line:
        await line.connection.send_raw("{nonsense")
        assert (await line.until("error"))["error"]["code"] == "invalid_json"
        await line.connection.send_raw('{"type": "session.update", "session": {"audio": {"output": {"speed": NaN}}}}')
        assert (await line.until("error"))["error"]["code"] == "invalid_json"
        await line.send("input_audio_buffer.clear")
        await line.until("input_audio_buffer.cleared")
    assert services.complaints.count == 2


@pytest.mark.provokes
async def test_a_refused_event_names_its_code_field_and_id(connect, services):
    async with connect() as line:
        await line.send("session.update", event_id="cfg1", session={"type": "realtime", "voice": "marin"})
        error = (await line.until("error"))["error"]
        await line.send("input_audio_buffer.clear")
        await line.until("input_audio_buffer.cleared")
    assert error == {
        "type": "invalid_request_error",
        "code": "unknown_parameter",
        "message": "Unknown parameter: 'session.voice'.",
        "param": "session.voice",
        "event_id": "cfg1",
    }
    assert "session.updated" not in line.kinds()
    assert [complaint.message for complaint in services.complaints.all()] == ["session.update"]


async def test_a_session_that_is_too_old_expires(speech, model):
    config = Config(openai_key="sk-sandbox", realtime_session_seconds=0.2)
    with serving(endpoint.routes(watched(Services(config, speech=speech)), model)) as address:
        received, close = await raw(address)
    assert [event["type"] for event in received] == ["session.created", "error"]
    assert received[1]["error"]["code"] == "session_expired"
    assert close.code == 1001


async def test_a_client_that_leaves_mid_answer_leaves_nothing_behind(connect, model):
    async with connect() as line:
        await line.send("response.create")
        await line.until("response.output_audio.delta")
    async with connect() as line:
        assert (await line.answer())["status"] == "completed"


@pytest.mark.provokes
async def test_every_malformed_or_beta_event_is_answered_with_its_code_and_the_session_lives_on(connect):
    async with connect() as line:
        for event, param, code in BAD:
            await line.connection.send_raw(json.dumps(event))
            error = (await line.until("error"))["error"]
            assert (error["code"], error["param"] or "") == (code, param)
        assert (await line.configure())["type"] == "session.updated"
