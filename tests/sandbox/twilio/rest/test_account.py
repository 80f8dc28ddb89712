"""The account, its numbers and the debugger's notes, through Twilio's own SDK."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from twilio.rest import Client

from sandbox.app import create_app
from sandbox.config import Config
from sandbox.services import Services
from sandbox.twilio.call.resource import Call, Options
from sandbox.twilio.line.leg import Clock
from sandbox.twilio.switch import Switch
from tests.sandbox.serving import serving
from tests.sandbox.twilio_world import Rebased

OURS = "+15125550198"


@pytest.fixture
def config() -> Config:
    return Config(voice_number=OURS, voice_url="https://app.example/in", owned_numbers=f"{OURS}, +15125550197")


@pytest.fixture
def world(config: Config) -> Iterator[tuple[Client, Switch]]:
    app = create_app(config, services=Services(config))
    with serving(app.routes) as address:
        client = Client(config.account_sid, config.auth_token, http_client=Rebased(f"http://{address}"))
        yield client, app.state.switch


def test_the_account_is_active(world: tuple[Client, Switch], config: Config) -> None:
    account = world[0].api.v2010.accounts(config.account_sid).fetch()
    assert (account.status, account.type, account.sid) == ("active", "Full", config.account_sid)


def test_the_numbers_it_owns_have_a_voice_and_the_one_for_calls_its_address(world: tuple[Client, Switch]) -> None:
    numbers = {number.phone_number: number for number in world[0].incoming_phone_numbers.list()}
    assert numbers.keys() == {OURS, "+15125550197"}
    assert (numbers[OURS].capabilities["voice"], numbers[OURS].voice_url) == (True, "https://app.example/in")
    assert numbers["+15125550197"].voice_url == ""
    assert [number.phone_number for number in world[0].incoming_phone_numbers.list(phone_number=OURS)] == [OURS]
    assert world[0].incoming_phone_numbers.list(phone_number="+15125550196") == []
    assert world[0].outgoing_caller_ids.list() == []


def test_what_the_debugger_noted_of_a_call_is_a_notification(world: tuple[Client, Switch], config: Config) -> None:
    client, switch = world
    options = Options(url="https://app.example/voice")
    call = Call(config.account_sid, "+15125550101", OURS, options, clock=Clock(pace=1))
    switch.register(call)
    switch.notify(call, 11200, "answered 500")
    [noted] = client.notifications.list(message_date_after=datetime.now(UTC).date() - timedelta(days=1))
    assert (noted.error_code, noted.message_text, noted.call_sid) == ("11200", "answered 500", call.sid)
    assert noted.request_url == "https://app.example/voice"
    assert noted.message_date is not None
    assert client.notifications.list(message_date_after=datetime.now(UTC).date() + timedelta(days=1)) == []
