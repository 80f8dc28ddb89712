"""The log of a call: append only, a repeated message is no event, and watchers are woken if they can be."""

import uuid

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import IntegrityError
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from calls.call_log.events import log_event, watch_group
from calls.models import EventKind
from tests.people import make_call


def test_a_repeated_message_is_no_event(db: None) -> None:
    call, other = make_call(), make_call()
    assert log_event(call.pk, EventKind.CARRIER_STATUS, dedupe_key="1", status="ringing")
    assert not log_event(call.pk, EventKind.CARRIER_STATUS, dedupe_key="1", status="ringing")
    assert log_event(other.pk, EventKind.CARRIER_STATUS, dedupe_key="1")
    assert log_event(call.pk, EventKind.FALLBACK)
    assert log_event(call.pk, EventKind.FALLBACK)
    assert list(call.events.values_list("kind", flat=True)) == ["carrier_status", "fallback", "fallback"]


@pytest.mark.django_db(transaction=True)
def test_an_event_of_no_call_is_an_error() -> None:
    with pytest.raises(IntegrityError):
        log_event(uuid.uuid4(), EventKind.FALLBACK, dedupe_key="1")


def test_watchers_are_woken(db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    call = make_call()
    layer = get_channel_layer()
    channel = async_to_sync(layer.new_channel)()
    async_to_sync(layer.group_add)(watch_group(call.pk), channel)
    with django_capture_on_commit_callbacks(execute=True):
        log_event(call.pk, EventKind.FALLBACK)
    assert async_to_sync(layer.receive)(channel) == {"type": "call.changed", "call": str(call.pk)}


def test_a_layer_that_is_down_takes_nothing_with_it(
    db: None, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:9"]},
        }
    }
    call = make_call()
    with django_capture_on_commit_callbacks(execute=True):
        assert log_event(call.pk, EventKind.FALLBACK)
    assert call.events.count() == 1
