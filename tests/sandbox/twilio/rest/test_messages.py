"""Text messages through Twilio's own SDK."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from sandbox.speech import Speech
from tests.sandbox.twilio_world import LEAD, OURS, World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path)) as world:
        yield world


def send(world: World, **changes: Any) -> Any:
    order = {"to": LEAD, "from_": OURS, "body": "See you on Tuesday at ten.", "status_callback": f"{world.app.url}/sms"}
    return world.client.messages.create(**{name: value for name, value in (order | changes).items() if value})


def test_a_message_is_queued_then_sent_then_delivered_and_each_step_is_told(world: World) -> None:
    message = send(world)

    last = world.app.wait_for("/sms", MessageStatus="delivered")

    assert (message.status, message.num_segments, message.direction) == ("queued", "1", "outbound-api")
    assert [form["MessageStatus"] for form in world.app.told("/sms")] == ["sent", "delivered"]
    assert last.signed
    assert last.form["MessageSid"] == last.form["SmsSid"] == message.sid
    assert (last.form["To"], last.form["From"]) == (LEAD, OURS)
    done = message.fetch()
    assert (done.status, done.price is not None, done.error_code) == ("delivered", True, None)


def test_a_handset_that_cannot_be_reached_is_an_error_of_the_message(world: World) -> None:
    world.answered_by(outcome="failed")

    message = send(world)

    form = world.app.wait_for("/sms", MessageStatus="undelivered").form
    assert form["ErrorCode"] == "30003"
    assert message.fetch().error_code == 30003


REFUSED = [
    ({"to": "+1555"}, 21211),
    ({"from_": None}, 21603),
    ({"from_": "12"}, 21212),
    ({"body": None}, 21602),
    ({"body": "x" * 1601}, 21617),
    ({"status_callback": "nowhere"}, 21609),
]


@pytest.mark.parametrize(("wrong", "code"), REFUSED)
def test_a_bad_message_is_refused_with_twilios_code(world: World, wrong: dict[str, Any], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        send(world, **wrong)

    assert (refused.value.status, refused.value.code) == (400, code)
    assert world.client.messages.list() == []


@pytest.mark.parametrize(
    ("body", "segments"), [("a" * 160, "1"), ("a" * 161, "2"), ("ä" * 70, "1"), ("ä" * 71, "2"), ("a" * 1600, "11")]
)
def test_long_messages_are_sent_in_segments(world: World, body: str, segments: str) -> None:
    assert send(world, body=body).num_segments == segments


def test_messages_are_listed_redacted_canceled_and_deleted(world: World) -> None:
    other = send(world, to="+15125550102")
    message = send(world)

    assert [one.sid for one in world.client.messages.list()] == [message.sid, other.sid]
    assert [one.sid for one in world.client.messages.list(to=LEAD)] == [message.sid]
    assert message.update(status="canceled").status == "canceled"
    assert message.update(body="").body == ""
    assert message.delete()
    with pytest.raises(TwilioRestException):
        message.fetch()
    world.app.wait_for("/sms", MessageSid=other.sid, MessageStatus="delivered")
    assert {form["MessageSid"] for form in world.app.told("/sms")} == {other.sid}


def test_a_messaging_service_accepts_first(world: World) -> None:
    service = "MG" + "0" * 32
    message = send(world, from_=None, messaging_service_sid=service)

    form = world.app.wait_for("/sms", MessageStatus="delivered").form
    assert (message.status, form["MessagingServiceSid"]) == ("accepted", service)
