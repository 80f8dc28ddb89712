"""The naive chain, as tutorials have it: the whole answer of the model, then the whole of it as one sound, then <Play>.

`uvicorn --factory tests.bench_conversation.naive:application`. It keeps nothing but the conversation and the sounds,
uses no tools, checks no signature and makes its clients before the first call. The same as Ringside's: the model with
its instructions, the opening, the voice and its format, and what <Gather> is told.
"""

import asyncio
import io
import json
import os
import uuid
import wave
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import boto3
import openai
from botocore.config import Config
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

KEY, ACCESS_KEY = "sk-naive", "AKIANAIVE"  # by which the vendors tell the two chains apart
MODEL, VOICE, ENGINE, HZ = "gpt-4o-mini", "Joanna", "neural", 8000
NOT_HEARD = "Are you still there?"
LONGEST_ANSWER, TEMPERATURE = 400, 0.4


class Naive:
    """All calls. `briefings`, by the number called: the instructions, the greeting, and <Gather>'s attributes."""

    def __init__(self, address: str, vendors: str, briefings: dict[str, Any]) -> None:
        self._address, self._briefings = address, briefings
        self._said: dict[str, list[Any]] = {}
        self._sounds: dict[str, bytes] = {}
        direct = openai.DefaultHttpxClient(trust_env=False)
        self._model = openai.OpenAI(api_key=KEY, base_url=f"{vendors}/v1", http_client=direct)
        self._voice = boto3.client(
            "polly",
            region_name="us-east-1",
            endpoint_url=vendors,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key="none",
            config=Config(proxies={}),
        )

    async def voice(self, request: Request) -> Response:
        """The call is answered: the opening."""
        form = await _form(request)
        briefing = self._briefings[form["To"]]
        greeting = briefing["greeting"]
        opening = {"role": "assistant", "content": greeting}
        self._said[form["CallSid"]] = [{"role": "system", "content": briefing["instructions"]}, opening]
        return self._listen(form["To"], await asyncio.to_thread(self._spoken, greeting), bargeIn="false")

    async def turn(self, request: Request) -> Response:
        """Something was heard, or nothing."""
        form = await _form(request)
        if not form.get("SpeechResult"):
            return self._listen(form["To"], await asyncio.to_thread(self._spoken, NOT_HEARD))
        said = self._said[form["CallSid"]]
        said.append({"role": "user", "content": form["SpeechResult"]})
        return self._listen(form["To"], await asyncio.to_thread(self._answer, said))

    async def sound(self, request: Request) -> Response:
        """A sound by its name."""
        return Response(self._sounds[request.path_params["name"]], media_type="audio/wav")

    def _answer(self, said: list[Any]) -> str:
        done = self._model.chat.completions.create(
            model=MODEL, messages=said, max_completion_tokens=LONGEST_ANSWER, temperature=TEMPERATURE
        )
        text = done.choices[0].message.content or ""
        said.append({"role": "assistant", "content": text})
        return self._spoken(text)

    def _spoken(self, text: str) -> str:
        """The address of the text's sound."""
        rendered = self._voice.synthesize_speech(
            Engine=ENGINE, VoiceId=VOICE, Text=text, OutputFormat="pcm", SampleRate=str(HZ)
        )
        name = uuid.uuid4().hex
        self._sounds[name] = as_wav(rendered["AudioStream"].read())
        return f"{self._address}/sound/{name}"

    def _listen(self, number: str, sound: str, **more: str) -> Response:
        response = Element("Response")
        ear = self._briefings[number]["gather"] | {"action": f"{self._address}/turn"} | more
        gather = SubElement(response, "Gather", ear)
        SubElement(gather, "Play").text = sound
        return Response(tostring(response), media_type="text/xml")


def as_wav(pcm: bytes) -> bytes:
    """16-bit samples as a file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HZ)
        file.writeframes(pcm)
    return out.getvalue()


async def _ready(request: Request) -> Response:
    return Response()


async def _form(request: Request) -> dict[str, str]:
    async with request.form() as form:
        return {name: str(value) for name, value in form.items()}


def application() -> Starlette:
    """The app, by the variables NAIVE_URL, NAIVE_VENDORS and NAIVE_BRIEFINGS (a JSON file)."""
    briefings = json.loads(Path(os.environ["NAIVE_BRIEFINGS"]).read_text())
    naive = Naive(os.environ["NAIVE_URL"], os.environ["NAIVE_VENDORS"], briefings)
    return Starlette(
        routes=[
            Route("/", _ready),
            Route("/voice", naive.voice, methods=["POST"]),
            Route("/turn", naive.turn, methods=["POST"]),
            Route("/sound/{name}", naive.sound),
        ]
    )
