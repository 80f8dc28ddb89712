"""The items of a conversation."""

import pytest

from sandbox.openai.realtime.conversation.items import Conversation, Item, Sound
from sandbox.openai.realtime.errors import RealtimeError
from sandbox.openai.realtime.formats import FORMATS


def spoken(ms: int = 1000) -> Item:
    sound = Sound(FORMATS["audio/pcmu"], b"\x00" * 8 * ms)
    return Item("item_1", "message", "assistant", "Hello there", sound=sound, words=[("Hello", 400), ("there", 1000)])


def test_items_are_added_at_the_end_after_another_and_at_the_root():
    conversation = Conversation()
    assert conversation.add(Item("a", "message")) is None
    assert conversation.add(Item("b", "message")) == "a"
    assert conversation.add(Item("c", "message"), after="a") == "a"
    assert conversation.add(Item("d", "message"), after="root") is None
    assert [item.id for item in conversation] == ["d", "a", "c", "b"]


def test_an_id_is_used_once_and_an_unknown_one_is_an_error():
    conversation = Conversation()
    conversation.add(Item("a", "message"))
    with pytest.raises(RealtimeError, match="already exists"):
        conversation.add(Item("a", "message"))
    with pytest.raises(RealtimeError, match="does not exist"):
        conversation.find("b", doing="retrieve")


def test_truncating_forgets_the_words_that_were_not_heard():
    item = spoken()
    item.truncate(0, 500)
    assert (item.text, item.sound and item.sound.ms, item.truncated) == ("Hello", 500, True)


@pytest.mark.parametrize(("index", "ms"), [(0, 0), (1, 500), (0, 1001)])
def test_what_cannot_be_truncated_is_refused(index, ms):
    with pytest.raises(RealtimeError):
        spoken().truncate(index, ms)
