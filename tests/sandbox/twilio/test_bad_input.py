"""Numbers and addresses no app should send: a clear error, and the call goes on."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.speech import Speech
from sandbox.twilio.twiml import TwimlError
from sandbox.twilio.twiml.urls import joined
from tests.sandbox.twilio_world import LEAD, QUICK, World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        yield world


@given(st.text(max_size=30) | st.from_regex(r"https?://\[?[a-z0-9:]{0,12}\]?(:[0-9]{1,6})?/?"))
def test_an_address_is_absolute_or_refused(text: str) -> None:
    with contextlib.suppress(TwimlError):
        assert urlsplit(joined("http://h.example/voice", text)).hostname


@pytest.mark.provokes
@pytest.mark.parametrize("length", ["inf", "nan", "1e999", "-1e300"])
def test_a_number_without_end_counts_as_the_default(world: World, length: str) -> None:
    world.answered_by(script=[])
    twiml = (
        f'<Pause length="{length}"/><Gather numDigits="{length}" timeout="1"/>'
        f'<Play loop="{length}" digits="1"/><Redirect>/next</Redirect>'
    )
    call = world.place(twiml)

    assert world.app.wait_for("/next").form["CallStatus"] == "in-progress"
    assert world.finished(call).status == "completed"


@pytest.mark.provokes
@pytest.mark.parametrize("address", ["http://[x", "http://host:99999/turn"])
def test_an_address_that_is_none_ends_the_document_and_not_the_sandbox(world: World, address: str) -> None:
    world.answered_by(script=[])
    call = world.place(f"<Redirect>{address}</Redirect>", fallback_url=f"{world.app.url}/fallback")

    assert world.app.wait_for("/fallback").form["ErrorCode"] == "11100"
    assert world.finished(call).status == "completed"


@pytest.mark.parametrize("body", [b"{", b"[]", b"3", b'{"from": 3}', b'{"to": ["+15125550100"]}'])
def test_who_lets_somebody_call_wrongly_is_told_how(world: World, body: bytes) -> None:
    reply = httpx.post(f"{world.url}/sandbox/calls", content=body, trust_env=False)

    assert reply.status_code == 400
    assert "a JSON object of strings" in reply.json()["error"]


@pytest.mark.parametrize("url", ["http://[x", "http://host:99999/"])
def test_a_caller_in_needs_a_url_that_is_one(world: World, url: str) -> None:
    wish = {"from": LEAD, "to": "+15125550100", "url": url}
    reply = httpx.post(f"{world.url}/sandbox/calls", json=wish, trust_env=False)

    assert (reply.status_code, reply.json()["code"]) == (400, 21205)
