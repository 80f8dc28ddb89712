"""A call's life as the SDK and the app's webhooks see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.speech import Speech
from tests.sandbox.twilio_world import LEAD, OURS, World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def test_a_call_is_queued_then_lives_and_completes(world: World) -> None:
    world.answered_by(script=["Hello?"])

    call = world.place("<Say>Hello from the brokerage.</Say><Hangup/>")
    done = world.finished(call)

    assert (call.status, call.direction, call.duration) == ("queued", "outbound-api", None)
    assert (done.status, done.to, done._from) == ("completed", LEAD, OURS)
    assert int(done.duration) >= 1
    assert done.start_time <= done.end_time
    assert world.complaints() == []


def test_every_step_is_reported_in_order_and_signed(world: World) -> None:
    world.answered_by(script=["Hello?"])

    world.place("<Pause/>")
    last = world.app.wait_for("/status", CallStatus="completed")

    steps = world.app.told("/status")
    assert [step["CallStatus"] for step in steps] == ["initiated", "ringing", "in-progress", "completed"]
    assert [step["SequenceNumber"] for step in steps] == ["0", "1", "2", "3"]
    assert all(hook.signed for hook in world.app.hooks)
    assert last.form["CallbackSource"] == "call-progress-events"
    assert last.form["CallDuration"] == last.form["CallDuration"].strip() != ""
    assert last.form["Duration"] == "1"
    assert last.form["ToCity"] == ""
