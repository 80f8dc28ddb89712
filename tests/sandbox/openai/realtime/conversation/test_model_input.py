from sandbox.openai.agent.turn import Message, ToolCall
from sandbox.openai.realtime.conversation.items import Item, Sound
from sandbox.openai.realtime.conversation.model_input import input_usage, messages_of, shares_of, usage_of
from sandbox.openai.realtime.formats import FORMATS

PCMU = FORMATS["audio/pcmu"]


def heard(item_id, ms):
    return Item(item_id, "message", role="user", text="hello", sound=Sound(PCMU, bytes(8 * ms)))


def said(item_id, ms, text="word " * 10):
    return Item(item_id, "message", role="assistant", text=text, sound=Sound(PCMU, bytes(8 * ms)))


def test_ten_tokens_a_second_heard_and_twenty_spoken():
    usage = input_usage(shares_of("", [], [heard("a", 3000), said("b", 2000)]), [])
    assert usage["audio_tokens"] == 30 + 40


def test_the_common_beginning_is_cached_in_whole_blocks():
    items = [heard("a", 30_000), said("b", 20_000), heard("c", 5_000)]
    before = shares_of("Sell houses. " * 100, [], items[:2])
    usage = input_usage(shares_of("Sell houses. " * 100, [], items), before)
    assert usage["cached_tokens_details"]["audio_tokens"] == (300 + 400) // 64 * 64
    assert usage["cached_tokens"] % 64 == 0
    assert usage["audio_tokens"] == 750


def test_new_instructions_or_a_truncated_item_spoil_the_cache():
    items = [heard("a", 30_000), said("b", 20_000), heard("c", 30_000)]
    before = shares_of("one", [], items)
    assert input_usage(shares_of("two", [], items), before)["cached_tokens"] == 0
    items[1].truncate(0, 1000)
    spoiled = input_usage(shares_of("one", [], items), before)
    assert spoiled["cached_tokens_details"]["audio_tokens"] == 300 // 64 * 64


def test_totals_add_up():
    usage = usage_of(input_usage(shares_of("x" * 400, [], [heard("a", 1000)]), []), output_text=7, output_audio=30)
    assert usage["input_tokens"] == 110
    assert usage["total_tokens"] == 147


def test_a_call_stands_beside_what_was_said_with_it_and_empty_speech_is_left_out():
    call = Item("c", "function_call", text="{}", name="search_listings", call_id="call_1")
    result = Item("r", "function_call_output", text="[]", call_id="call_1")
    cut_off = said("x", 0, text="")
    assert messages_of([said("b", 1000, "Let me look."), call, result, cut_off]) == (
        Message("assistant", "Let me look.", (ToolCall("call_1", "search_listings", "{}"),)),
        Message("tool", "[]", tool_call_id="call_1"),
    )
