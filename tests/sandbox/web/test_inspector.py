"""The log of a call as the inspector hands it out, and the pages around it."""

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from sandbox.speech import Speech
from tests.sandbox.streaming import Session, streamed, tone
from tests.sandbox.twilio_world import LEAD, World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def get(world: World, path: str, **headers: str) -> httpx.Response:
    return httpx.get(world.url + path, headers=headers, trust_env=False)


def log_of(world: World, sid: str) -> dict[str, Any]:
    log: dict[str, Any] = get(world, f"/sandbox/calls/{sid}/log.json").raise_for_status().json()
    return log


def lines(log: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [event for event in log["events"] if event["kind"] == kind]


@pytest.mark.parametrize("path", ["/sandbox/", "/sandbox/phone", "/sandbox/calls/CA1"])
def test_pages_come_with_a_policy_that_allows_nothing_but_our_own_files(world: World, path: str) -> None:
    page = get(world, path)

    policy = page.headers["content-security-policy"]
    assert page.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<style" not in page.text
    assert " style=" not in page.text


def test_only_files_of_the_pages_are_served(world: World) -> None:
    assert get(world, "/sandbox/static/ladder.css").status_code == 404
    assert get(world, "/sandbox/static/..%2Fpages.py").status_code == 404
    assert get(world, "/sandbox/static/phone.js").headers["content-type"].startswith("text/javascript")


def test_a_list_that_has_not_changed_is_not_sent_again(world: World) -> None:
    first = get(world, "/sandbox/calls.json")

    assert get(world, "/sandbox/calls.json", **{"if-none-match": first.headers["etag"]}).status_code == 304


def test_the_list_has_the_newest_call_first_and_counts_its_problems(world: World) -> None:
    world.answered_by(script=[{"hang_up": True}])
    calls = [world.finished(world.place("<Say>Hello</Say>")) for _ in range(2)]
    broken = world.finished(world.place(url="http://127.0.0.1:9/voice", status_callback=""))

    listed = get(world, "/sandbox/calls.json").json()["calls"]

    assert [call["sid"] for call in listed] == [broken.sid, calls[1].sid, calls[0].sid]
    assert [call["problems"] for call in listed] == [1, 0, 0]
    assert listed[1]["verbs"] == ["Say"]


def test_a_log_has_every_request_with_its_status_time_and_twiml(world: World) -> None:
    world.answered_by(script=["Hello?"])
    call = world.finished(world.place("<Say>Good morning to you.</Say>"))

    log = log_of(world, call.sid)

    (voice,) = lines(log, "webhook")
    assert (voice["method"], voice["status"], voice["form"]) == ("POST", 200, {})
    assert "<Say>Good morning to you.</Say>" in voice["twiml"]
    told = [line["form"]["CallStatus"] for line in lines(log, "callback")]
    assert told == ["initiated", "ringing", "in-progress", "completed"]
    created = lines(log, "request")[0]
    assert (created["method"], created["path"].rsplit("/", 1)[1], created["status"]) == ("POST", "Calls.json", 201)


def test_an_app_that_does_not_answer_is_in_the_log_with_the_reason(world: World) -> None:
    world.answered_by(script=["Hello?"])
    call = world.finished(world.place(url="http://127.0.0.1:9/voice", status_callback=""))

    (asked,) = lines(log_of(world, call.sid), "webhook")

    assert (asked["status"], asked["problem"]) == (0, "cannot connect to http://127.0.0.1:9/voice")


def test_sound_on_the_line_is_in_the_log_as_spans_of_who_made_it(world: World) -> None:
    world.answered_by(script=["Hello, who is this please?"])
    call = world.finished(world.place('<Pause length="3"/><Say>It is me.</Say>'))

    spans = lines(log_of(world, call.sid), "audio")

    person, app = (next(span for span in spans if span["who"] == who) for who in ("person", "app"))
    assert person["end_ms"] < 3000 <= app["start_ms"]
    assert -40 < person["level_dbfs"] < -10
    assert app["ms"] == pytest.approx(app["end_ms"] - app["start_ms"])


def test_a_stream_is_in_the_log_both_ways_with_its_audio_folded(world: World) -> None:
    async def plan(session: Session, socket: WebSocket) -> None:
        await session.play(socket, tone(0.5))
        await session.play(socket, tone(0.5))
        await session.send(socket, "mark", name="said")
        await session.seen("mark")
        await socket.close()

    _, call = streamed(world, plan)

    log = log_of(world, call.sid)
    messages = [(line["direction"], line["type"]) for line in lines(log, "stream")]
    assert {("out", "start"), ("in", "mark"), ("out", "mark")} <= set(messages)
    (media,) = [line for line in lines(log, "stream") if line["type"] == "media"]
    assert (media["direction"], media["count"], media["ms"]) == ("in", 2, 1000)
    assert lines(log, "stream_start")[0]["parameters"] == {"token": "k3"}
    (stop,) = lines(log, "stream_stop")
    assert stop["close_code"] == 1000
    assert stop["sent_ms"]["inbound"] >= 1000


def test_the_model_session_an_app_holds_for_a_call_is_in_its_log(world: World) -> None:
    """The app passes the caller's voice on untouched: that is how the two are known to belong together."""

    async def plan(session: Session, socket: WebSocket) -> None:
        address = world.url.replace("http", "ws") + "/v1/realtime?model=gpt-realtime"
        headers = {"Authorization": "Bearer sk-any"}
        async with connect(address, additional_headers=headers, proxy=None) as model:
            pcmu = {"format": {"type": "audio/pcmu"}}
            settings = {"type": "realtime", "audio": {"input": pcmu, "output": pcmu}}
            await model.send(json.dumps({"type": "session.update", "session": settings}))
            while "session.updated" not in await model.recv():
                pass
            for number in range(1, 150):
                media = await session.seen("media", number)
                append = {"type": "input_audio_buffer.append", "audio": media["media"]["payload"]}
                await model.send(json.dumps(append))
            await asyncio.sleep(0.1)
        await socket.close()

    _, call = streamed(world, plan)

    log = log_of(world, call.sid)
    about = {line["matched_by"] for line in lines(log, "session")}
    types = [line["type"] for line in lines(log, "session")]
    heard = sum(line["ms"] for line in lines(log, "session") if line["type"] == "input_audio_buffer.append")
    assert about == {"voice"}
    assert {"session.created", "session.update", "session.updated"} <= set(types)
    assert heard == 149 * 20
    assert [line["by"] for line in lines(log, "session_close")] == ["app"]


def test_a_log_to_keep_has_the_persons_voice_for_a_replay(world: World) -> None:
    world.answered_by(script=["Hello, who is this please?"])
    call = world.finished(world.place('<Pause length="3"/>'))

    log = log_of(world, call.sid)

    said = sum(len(base64.b64decode(piece["ulaw"])) for piece in log["sound"]) / 8
    assert said == sum(span["ms"] for span in lines(log, "audio") if span["who"] == "person")


def test_the_ladder_of_a_call_has_its_rows_in_order(world: World) -> None:
    world.answered_by(script=["Hello?"])
    call = world.finished(world.place("<Say>Good morning.</Say>"))

    ladder = get(world, f"/sandbox/calls/{call.sid}/ladder.json").json()

    assert ladder["call"]["to"] == LEAD
    assert ladder["rows"] == sorted(ladder["rows"], key=lambda row: row["at"])
    assert {"status", "http", "audio"} <= {row["kind"] for row in ladder["rows"]}


def test_an_unknown_call_has_no_log(world: World) -> None:
    assert get(world, "/sandbox/calls/CA0/log.json").status_code == 404
    assert get(world, "/sandbox/calls/CA0/ladder.json").status_code == 404


@pytest.mark.parametrize("path", ["/sandbox/calls", "events", "truth", "log.json", "ladder.json"])
def test_every_report_says_how_quick_the_stand_ins_were(world: World, path: str) -> None:
    world.answered_by(outcome="busy")
    call = world.place()

    told = get(world, path if path.startswith("/") else f"/sandbox/calls/{call.sid}/{path}").json()

    assert told["settings"] == world.config.stand_ins()
