"""The settings of one response."""

import pytest

from sandbox.openai.realtime.configuration import default_session
from sandbox.openai.realtime.conversation.items import Conversation, Item
from sandbox.openai.realtime.errors import RealtimeError
from sandbox.openai.realtime.responses.settings import settings_for

SESSION = default_session(session_id="sess_1", model="gpt-realtime", expires_at=0, silence_ms=500)


def test_without_overrides_the_sessions_settings_hold():
    chosen = settings_for(SESSION, {}, Conversation())
    assert (chosen.instructions, chosen.modality, chosen.voice_name) == (SESSION["instructions"], "audio", "marin")
    assert chosen.in_conversation


def test_what_the_event_gives_goes_first():
    wanted = {"instructions": "Be brief.", "output_modalities": ["text"], "conversation": "none"}
    chosen = settings_for(SESSION, wanted, Conversation())
    assert (chosen.instructions, chosen.modality, chosen.in_conversation) == ("Be brief.", "text", False)


def test_input_may_refer_to_items_that_are_there():
    conversation = Conversation()
    conversation.add(Item("item_1", "message", "user", "Hello"))
    reference = {"input": [{"type": "item_reference", "id": "item_1"}]}
    assert settings_for(SESSION, reference, conversation).input == tuple(conversation)
    with pytest.raises(RealtimeError):
        settings_for(SESSION, {"input": [{"type": "item_reference", "id": "item_2"}]}, conversation)
