"""The vendors' own SDKs as voice frameworks use them, asynchronous and unmodified but for their base URLs."""

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import boto3
import numpy as np
import openai
import pytest
from botocore.config import Config as BotoConfig
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from sandbox.audio import SPEECH_HZ, pcm16_decode, pcm16_encode, ulaw_decode
from sandbox.speech import Speech
from tests.sandbox.twilio_world import LEAD, OURS, World, twilio_world

KEY = "sk-framework"
PATIENCE = 30.0
TOOL = {
    "type": "function",
    "name": "search_listings",
    "description": "Homes for sale in an area.",
    "parameters": {
        "type": "object",
        "properties": {"area": {"type": "string", "description": "the area they want to live in"}},
        "required": ["area"],
    },
}


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    quick = {"llm_first_token_ms": 40, "speech_first_byte_ms": 20, "realtime_pace": 12.0}
    with twilio_world(speech, str(tmp_path), openai_key=KEY, **quick) as world:
        yield world


class Agent:
    """A framework's agent: sends its microphone as 24 kHz PCM, keeps what it hears, runs its tools."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.sound = bytearray()
        self.heard: list[str] = []
        self.said: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.items: list[str] = []
        self.done: list[Any] = []

    async def start(self) -> None:
        await self.connection.session.update(
            session={
                "type": "realtime",
                "instructions": "You are the assistant of a brokerage and talk to a buyer. Mode: buyer.",
                "tools": [TOOL],
                "audio": {
                    "input": {
                        "format": {"type": "audio/pcm", "rate": 24000},
                        "transcription": {"model": "gpt-4o-mini-transcribe"},
                        "turn_detection": {"type": "semantic_vad", "eagerness": "high"},
                    },
                    "output": {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "cedar"},
                },
            }
        )
        await self.until("session.updated")

    async def until(self, kind: str, **fields: Any) -> Any:
        while True:
            event = await self.take()
            if event.type == kind and all(getattr(event, name) == value for name, value in fields.items()):
                return event

    async def take(self) -> Any:
        """The next event."""
        async with asyncio.timeout(PATIENCE):
            event = await self.connection.recv()
        await self._note(event)
        return event

    async def _note(self, event: Any) -> None:
        match event.type:
            case "response.output_audio.delta":
                self.sound += base64.b64decode(event.delta)
            case "response.output_audio_transcript.done":
                self.said.append(event.transcript)
            case "conversation.item.input_audio_transcription.completed":
                self.heard.append(event.transcript)
            case "conversation.item.added":
                self.items.append(event.item.id)
            case "response.function_call_arguments.done":
                self.asked.append(json.loads(event.arguments))
                output = {"type": "function_call_output", "call_id": event.call_id, "output": '{"homes": []}'}
                await self.connection.conversation.item.create(item=output)
            case "response.done":
                self.done.append(event.response)

    async def hear(self, speech: Speech, text: str) -> None:
        """The user says it: chunks of 100 ms, then quiet."""
        voice = await speech.speak(text, voice="buyer")
        quiet = np.zeros(SPEECH_HZ, np.int16)
        microphone = pcm16_encode(np.concatenate([quiet[: SPEECH_HZ // 4], voice, quiet]))
        for at in range(0, len(microphone), 4800):
            chunk = base64.b64encode(microphone[at : at + 4800]).decode()
            await self.connection.input_audio_buffer.append(audio=chunk)


async def test_a_frameworks_agent_talks_in_24_khz_with_a_semantic_sense_for_the_end(
    world: World, speech: Speech
) -> None:
    async with (
        openai.AsyncOpenAI(api_key=KEY, base_url=f"{world.url}/v1") as client,
        client.realtime.connect(model="gpt-realtime-2.1") as connection,
    ):
        agent = Agent(connection)
        await agent.start()

        await agent.hear(speech, "Hello, I would like to buy a house.")
        while not (agent.done and agent.heard):
            await agent.take()

        assert "house" in agent.heard[0].lower()
        heard_back = await speech.recognize(pcm16_decode(bytes(agent.sound)), rate=SPEECH_HZ)
        assert len(set(heard_back.text.lower().split()) & set(agent.said[0].lower().split())) >= 3
        assert agent.done[0].usage.input_token_details.audio_tokens > 0
        await _asks_beside_the_conversation(agent)
        await _forgets_what_was_said(agent)
        await _cancels_too_late_and_in_time(agent)


async def _asks_beside_the_conversation(agent: Agent) -> None:
    """A note for the framework alone: in text, out of band, about one item, told apart by its metadata."""
    before = list(agent.items)
    await agent.connection.response.create(
        response={
            "conversation": "none",
            "output_modalities": ["text"],
            "metadata": {"topic": "note"},
            "instructions": "Say exactly this: The buyer wants a house.",
            "input": [{"type": "item_reference", "id": before[0]}],
        }
    )
    done = (await agent.until("response.done")).response
    assert done.metadata == {"topic": "note"}
    assert done.output[0].content[0].text
    assert (done.conversation_id, agent.items) == (None, before)


async def _forgets_what_was_said(agent: Agent) -> None:
    item = agent.items[0]
    await agent.connection.conversation.item.retrieve(item_id=item)
    assert (await agent.until("conversation.item.retrieved")).item.content[0].audio
    await agent.connection.conversation.item.delete(item_id=item)
    await agent.until("conversation.item.deleted", item_id=item)


async def _cancels_too_late_and_in_time(agent: Agent) -> None:
    await agent.connection.response.cancel()
    assert (await agent.until("error")).error.code == "response_cancel_not_active"
    await agent.connection.response.create()
    await agent.connection.response.create()
    assert (await agent.until("error")).error.code == "conversation_already_has_active_response"
    await agent.connection.response.cancel()
    done = (await agent.until("response.done")).response
    assert (done.status, done.status_details.reason) == ("cancelled", "client_cancelled")
    await agent.connection.response.create()
    assert (await agent.until("response.done")).response.status == "completed"


class RebasedAsync(AsyncTwilioHttpClient):
    """Twilio's asynchronous client, sent to another address: the documented extension point."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self._base = urlsplit(base)

    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        there = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))
        return await super().request(method, there, *args, **kwargs)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # aiohttp's, about how Twilio's client makes its session
async def test_twilios_asynchronous_client_places_follows_and_ends_a_call(world: World) -> None:
    world.app.answers["/voice"] = "<Response><Pause length='60'/></Response>"
    await asyncio.to_thread(world.answered_by, script=["Hello?"])
    async with RebasedAsync(world.url) as http:
        client = Client(world.config.account_sid, world.config.auth_token, http_client=http)

        call = await client.calls.create_async(to=LEAD, from_=OURS, url=f"{world.app.url}/voice", async_amd="true")
        await asyncio.to_thread(world.app.wait_for, "/voice")
        live = await client.calls(call.sid).fetch_async()
        await client.calls(call.sid).update_async(status="completed")
        listed = await client.calls.list_async(to=LEAD)
        with pytest.raises(TwilioRestException) as refused:
            await client.calls.create_async(to="+1555", from_=OURS, url=f"{world.app.url}/voice")

    assert (live.status, [one.sid for one in listed], refused.value.code) == ("in-progress", [call.sid], 21211)


def test_boto3_speaks_and_twilio_plays_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address comes from the environment, as botocore reads it itself."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_POLLY", world.url)
    key = {"aws_access_key_id": "AKIAFRAMEWORK", "aws_secret_access_key": "secret"}
    polly = boto3.client("polly", region_name="us-east-1", config=BotoConfig(proxies={}), **key)

    answer = polly.synthesize_speech(Text="Good morning.", OutputFormat="mulaw", VoiceId="Joanna", Engine="neural")

    assert len(ulaw_decode(answer["AudioStream"].read())) > 4000
    assert {"Joanna"} <= {voice["Id"] for voice in polly.describe_voices(Engine="neural")["Voices"]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # websockets', about how OpenAI's client connects
def test_the_synchronous_client_writes_and_reads_a_conversation(world: World) -> None:
    said: Any = [{"type": "input_text", "text": "Hello, I would like to buy a house."}]
    events: list[dict[str, Any]] = []
    with (
        openai.OpenAI(api_key=KEY, base_url=f"{world.url}/v1") as client,
        client.realtime.connect(model="gpt-realtime-mini") as connection,
    ):
        connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        connection.conversation.item.create(item={"type": "message", "role": "user", "content": said})
        connection.response.create()
        while not events or events[-1]["type"] != "response.done":
            events.append(connection.recv().to_dict())

    written = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
    assert written
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == written
    assert "error" not in {event["type"] for event in events}
