"""Call setup: what a call needs before its first word."""

from django.utils.timezone import now
from pytest_django import Settings

from calls.models import Call
from realtime.bridge.vocabulary.events import StreamStarted
from realtime.session.setup import set_up


def test_the_limits_of_a_call_come_from_the_settings(call: Call, settings: Settings) -> None:
    settings.ECHO_GUARD_DB, settings.MAX_CALL_SECONDS = 24.0, 100
    start = StreamStarted("MZ1", str(call.twilio_sid), {"call": str(call.pk), "token": call.stream_token})
    setup = set_up(start, now())
    assert setup is not None
    assert (setup.limits.echo_db, setup.limits.call_s) == (24.0, 95.0)


def test_a_stream_with_another_token_is_prepared_for_nothing(call: Call) -> None:
    start = StreamStarted("MZ1", str(call.twilio_sid), {"call": str(call.pk), "token": "guessed"})
    assert set_up(start, now()) is None
