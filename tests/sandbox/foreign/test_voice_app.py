"""A program nobody here wrote holds whole calls against the sandbox, in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.speech import Speech
from tests.sandbox.twilio_world import LEAD, OURS, World, twilio_world

HERE = Path(__file__).parent
KEY = "sk-stranger"


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), openai_key=KEY, pace=2.0, llm_first_token_ms=150) as world:
        yield world


@pytest.fixture
def voice_app(world: World) -> Iterator[httpx.Client]:
    """The app, told nothing but addresses and keys."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "PUBLIC_URL": url,
        "REALTIME_URL": world.url.replace("http", "ws") + "/v1/realtime",
        "OPENAI_API_KEY": KEY,
        "TWILIO_BASE_URL": world.url,
        "TWILIO_ACCOUNT_SID": world.config.account_sid,
        "TWILIO_AUTH_TOKEN": world.config.auth_token,
        "TWILIO_FROM_NUMBER": OURS,
        "NO_PROXY": "127.0.0.1,localhost",
    }
    command = [sys.executable, "-m", "uvicorn", "voice_app:app", "--port", str(port), "--log-level", "warning"]
    with subprocess.Popen(command, cwd=HERE, env=environment) as process:
        try:
            with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
                _wait_until_ready(client, process)
                yield client
        finally:
            process.terminate()


def _wait_until_ready(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the app ended"
        try:
            client.get("/").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the app did not start")


def held(world: World, voice_app: httpx.Client, sid: str) -> dict[str, Any]:
    """What the app has of the call once it is over."""
    done = world.finished(world.client.calls(sid), timeout=120)
    assert done.status == "completed"
    (lines,) = voice_app.get("/transcripts").json()
    assert lines["errors"] == []
    return dict(lines)


@pytest.mark.journey
def test_it_calls_somebody_and_talks_with_them_to_the_end(world: World, voice_app: httpx.Client) -> None:
    world.answered_by(persona="seller", name="Maria Lopez")

    sid = voice_app.post("/call", json={"to": LEAD}).raise_for_status().json()["sid"]
    lines = held(world, voice_app, sid)

    assert len(lines["agent"]) >= 5
    assert len(lines["caller"]) >= 5
    assert any("AI assistant" in text for text in lines["agent"])  # an early "Hello?" may have cut its first words off
    assert any("goodbye" in text.lower() for text in lines["agent"])
    assert world.events(sid, "hang_up")[0]["cause"] == "person"


@pytest.mark.journey
def test_it_is_called_by_somebody_and_cut_off_by_them(world: World, voice_app: httpx.Client) -> None:
    world.answered_by(
        script=[
            {"say": "Hello, I am looking for a house near the lake.", "after": 1},
            {"say": "Wait, I mean a house with three bedrooms.", "after": 0},
            {"hang_up": True, "after": 2},
        ]
    )

    wish = {"from": LEAD, "to": OURS, "url": str(voice_app.base_url) + "/incoming-call"}
    sid = httpx.post(f"{world.url}/sandbox/calls", json=wish, trust_env=False).json()["sid"]
    lines = held(world, voice_app, sid)

    assert any("lake" in text.lower() for text in lines["caller"])
    assert lines["agent"]


def test_a_number_that_is_none_is_refused_to_it_as_to_everybody(world: World, voice_app: httpx.Client) -> None:
    refused = voice_app.post("/call", json={"to": "+1555"})

    assert refused.status_code == 502
    assert refused.json()["detail"].startswith("21211")
