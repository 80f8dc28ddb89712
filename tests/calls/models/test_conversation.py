"""What is recorded of a conversation: each message, step and sound has one row, however often it comes."""

from typing import Any

import pytest
from django.db import IntegrityError, models

from calls.models import CallEvent, Recording, SpeechClip, ToolUse, Turn
from tests.people import make_call

pytestmark = pytest.mark.django_db
ONCE: list[tuple[type[models.Model], dict[str, Any]]] = [
    (Turn, {"speaker": "lead", "engine": "realtime", "text": "Hello", "item_id": "item-1"}),
    (CallEvent, {"kind": "answered", "dedupe_key": "answered"}),
    (ToolUse, {"name": "search_listings", "tool_call_id": "call-1", "engine": "realtime"}),
]


@pytest.mark.parametrize(("model", "fields"), ONCE)
def test_a_repetition_within_a_call_is_refused(model: type[models.Model], fields: dict[str, Any]) -> None:
    call = make_call()
    model._default_manager.create(call=call, **fields)
    model._default_manager.create(call=make_call(), **fields)
    with pytest.raises(IntegrityError):
        model._default_manager.create(call=call, **fields)


def test_an_event_without_a_key_may_be_repeated() -> None:
    call = make_call()
    for _ in range(2):
        CallEvent.objects.create(call=call, kind="gate")
    assert call.events.count() == 2


def test_a_recording_s_sid_is_one_recording() -> None:
    Recording.objects.create(call=make_call(), sid="RE1")
    with pytest.raises(IntegrityError):
        Recording.objects.create(call=make_call(), sid="RE1")


def test_a_clip_has_a_length_that_is_not_negative() -> None:
    with pytest.raises(IntegrityError):
        SpeechClip.objects.create(digest="d", content_type="audio/mpeg", audio=b"", seconds=-1)
