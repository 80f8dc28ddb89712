"""A call recorded against an app, and played against it again."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.websockets import WebSocket

from sandbox.replay.schedule import read
from sandbox.speech import Speech
from tests.sandbox.streaming import CONNECT, Session, tone
from tests.sandbox.twilio_world import World, twilio_world

GATHER = '<Gather input="speech" action="/turn" speechTimeout="1"><Say>What are you looking for?</Say></Gather>'


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def log_of(world: World, sid: str) -> dict[str, Any]:
    log: dict[str, Any] = httpx.get(f"{world.url}/sandbox/calls/{sid}/log.json", trust_env=False).json()
    return log


def recorded(world: World, twiml: str, **book: Any) -> dict[str, Any]:
    """The log of a call the app answered with that."""
    world.answered_by(**({"script": ["Three bedrooms, please."]} | book))
    world.app.answers["/turn"] = "<Response><Say>Thank you.</Say></Response>"
    log = log_of(world, world.finished(world.place(twiml)).sid)
    world.app.hooks.clear()
    return log


def replay(world: World, log: Any, app: str = "") -> httpx.Response:
    body = {"log": log, "app": app or world.app.url}
    return httpx.post(f"{world.url}/sandbox/replay", json=body, timeout=60, trust_env=False)


def played(world: World, log: Any) -> dict[str, Any]:
    report: dict[str, Any] = replay(world, log).raise_for_status().json()
    return report


def test_an_app_that_has_not_changed_answers_the_same(world: World) -> None:
    log = recorded(world, GATHER)

    report = played(world, log)

    assert report["differences"] == 0
    assert [step["what"] for step in report["steps"] if "status" not in step["what"]] == ["POST /voice", "POST /turn"]


def test_requests_come_again_signed_in_the_recorded_order_for_a_call_of_their_own(world: World) -> None:
    log = recorded(world, GATHER)

    report = played(world, log)

    statuses = [hook.form["CallStatus"] for hook in world.app.hooks if hook.path == "/status"]
    said = world.app.told("/turn")[0]["SpeechResult"]
    assert statuses == ["initiated", "ringing", "in-progress", "completed"]
    assert "three bedrooms" in said.lower()
    assert all(hook.signed for hook in world.app.hooks)
    assert {hook.form["CallSid"] for hook in world.app.hooks} == {report["call"]}
    assert report["call"] != log["call"]["sid"]
    assert report["settings"] == world.config.stand_ins()


def test_requests_come_again_in_the_recorded_time(world: World) -> None:
    log = recorded(world, GATHER)
    first, second = (read(log).steps[at] for at in _documents(log))

    played(world, log)

    voice, turn = world.app.wait_for("/voice"), world.app.wait_for("/turn")
    assert turn.at - voice.at == pytest.approx((second.at_ms - first.at_ms) / 1000, abs=0.5)


def _documents(log: Any) -> list[int]:
    return [at for at, step in enumerate(read(log).steps) if step.document]


def test_an_app_that_has_changed_is_told_where(world: World) -> None:
    log = recorded(world, GATHER)
    world.app.answers["/turn"] = "<Response><Hangup/></Response>"

    report = played(world, log)

    (step,) = [step for step in report["steps"] if step["differs"]]
    assert (step["what"], step["differs"]) == ("POST /turn", "<Hangup>, recorded <Say>")


def test_addresses_the_app_makes_for_each_call_are_followed(world: World) -> None:
    log = recorded(world, GATHER.replace("/turn", "/turn/11aa22bb"))
    world.app.answers["/voice"] = f"<Response>{GATHER.replace('/turn', '/turn/33cc44dd')}</Response>"

    played(world, log)

    assert len(world.app.told("/turn/33cc44dd")) == 1
    assert world.app.told("/turn/11aa22bb") == []


def test_the_persons_voice_and_keys_reach_the_app_over_its_stream_again(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.play(socket, tone(1.0))
        await session.seen("dtmf")
        await asyncio.sleep(0.5)
        await socket.close()

    def connected() -> Session:
        session = Session(plan)
        world.app.socket_handler = session
        return session

    first = connected()
    log = recorded(
        world, CONNECT.format(url=world.app.ws_url), script=["Hello, who is this?", {"press": "5", "after": 1}]
    )
    again = connected()
    report = played(world, log)

    loud = [sum(_loud(message) for message in session.all("media")) for session in (first, again)]
    assert report["differences"] == 0
    assert again.all("dtmf")[0]["dtmf"]["digit"] == "5"
    assert again.all("start")[0]["start"]["customParameters"] == {"token": "k3"}
    assert loud[1] == pytest.approx(loud[0], abs=3)
    assert loud[0] > 20


def _loud(message: dict[str, Any]) -> bool:
    payload: str = message["media"]["payload"]
    return len(set(payload)) > 12


def test_an_app_that_refuses_the_stream_today_is_reported(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.seen("media", 20)
        await socket.close()

    world.app.socket_handler = Session(plan)
    log = recorded(world, CONNECT.format(url=world.app.ws_url))

    async def refuse(socket: WebSocket) -> None:
        await socket.close()

    world.app.socket_handler = refuse
    (step,) = [step for step in played(world, log)["steps"] if step["differs"]]
    assert step["differs"] == "the stream did not start"


def test_the_replay_has_a_log_of_its_own(world: World) -> None:
    log = recorded(world, "<Say>Good morning.</Say>")

    again = log_of(world, played(world, log)["call"])

    assert again["events"][1] | {"at_ms": 0} == {"at_ms": 0, "kind": "replay", "of": log["call"]["sid"]}
    assert again["call"]["status"] == "completed"


@pytest.mark.parametrize(
    "log", [None, {}, {"call": {}, "events": []}, [1], {"call": 3, "events": [{"kind": "status"}]}]
)
def test_what_is_no_log_is_refused(world: World, log: Any) -> None:
    answer = replay(world, log)

    assert answer.status_code == 400
    assert "nothing to replay" in answer.json()["error"]


def test_another_sites_page_may_not_replay(world: World) -> None:
    headers = {"origin": "https://elsewhere.example"}

    assert httpx.post(f"{world.url}/sandbox/replay", headers=headers, trust_env=False).status_code == 403


def test_a_downloaded_log_is_replayed_from_the_command_line(world: World, tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text(json.dumps(recorded(world, "<Say>Good morning.</Say>")))
    command = [sys.executable, "-m", "sandbox", "replay", str(path), "--app", world.app.url]

    same = subprocess.run(command, capture_output=True, text=True, timeout=60)
    world.app.answers["/voice"] = "<Response><Say>Good evening.</Say></Response>"
    other = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert (same.returncode, same.stdout.splitlines()[-1]) == (0, "0 of 5 answers differ")
    assert other.returncode == 1
    assert "'Good evening.', recorded 'Good morning.'" in other.stdout
    assert all(hook.signed for hook in world.app.hooks)


def test_a_file_that_is_no_log_ends_the_command_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "call.json"
    path.write_text("{}")

    done = subprocess.run([sys.executable, "-m", "sandbox", "replay", str(path)], capture_output=True, text=True)

    assert done.returncode == 2
    assert "cannot replay" in done.stderr
