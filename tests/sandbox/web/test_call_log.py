"""Whose complaint it is, among several calls at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.config import Config
from sandbox.journal.sessions import SessionLog
from sandbox.services import Services
from sandbox.speech import Speech
from sandbox.twilio.call.resource import Call
from sandbox.web.call_log import CallLogs
from tests.sandbox.twilio_world import LEAD, OURS, QUICK, STAFF, World, twilio_world
from tests.sandbox.web.test_inspector import lines, log_of


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        yield world


@pytest.mark.provokes
def test_a_document_twilio_warns_of_is_complained_about_in_its_own_call(world: World) -> None:
    world.put_book({LEAD: {"script": [{"wait": True}]}, STAFF: {"script": [{"wait": True}]}})
    world.app.answers["/bad"] = '<Response><Pause length="soon"/><Pause length="9"/></Response>'
    good = world.place('<Pause length="9"/>')
    bad = world.place(to=STAFF, url=f"{world.app.url}/bad")
    world.wait_event(bad.sid, "error")
    world.wait_event(good.sid, "verb")

    assert [line["message"] for line in lines(log_of(world, bad.sid), "complaint")] == ["13910"]
    assert lines(log_of(world, good.sid), "complaint") == []
    assert [one["about"] for one in world.complaints()] == [bad.sid]


@pytest.fixture
def services() -> Services:
    return Services(Config())


def streaming(session: SessionLog, services: Services, call: Call) -> None:
    """The app has opened that model session for the stream of that call."""
    call.log("stream_start", stream=f"MZ{call.to}")
    session.began = call.events.began + list(call.events)[-1].at_ms / 1000
    services.traffic.sessions.append(session)


def test_a_session_is_complained_about_in_the_call_it_belongs_to(services: Services) -> None:
    a_minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    first, second = Call("AC1", LEAD, OURS, created=a_minute_ago), Call("AC1", STAFF, OURS)
    calls = {call.sid: call for call in (first, second)}
    streaming(SessionLog(id="sess_1"), services, first)
    streaming(SessionLog(id="sess_2"), services, second)
    services.complaints.add("openai.realtime", message="session.update", problem="wrong", about="sess_2")
    services.complaints.add("openai.chat", message="chat.completions", problem="of nobody knows whom")

    logs = CallLogs(services, calls, {})

    assert [line["problem"] for line in lines(logs.of(second), "complaint")] == ["wrong"]
    assert lines(logs.of(first), "complaint") == []


def test_what_names_nobody_belongs_to_the_only_call(services: Services) -> None:
    call = Call("AC1", LEAD, OURS)
    for about in ("", "sess_unknown", "CA" + "0" * 32):
        services.complaints.add("x", message="m", problem=about or "nobody", about=about)

    found = lines(CallLogs(services, {call.sid: call}, {}).of(call), "complaint")

    assert [line["problem"] for line in found] == ["nobody", "sess_unknown"]
