"""The output items of a response, event by event."""

from typing import Any

from sandbox.openai.realtime.conversation.items import Item, Sound
from sandbox.openai.realtime.formats import FORMATS
from sandbox.openai.realtime.responses.output import FunctionCall, OutputItem, SpokenMessage, WrittenMessage


def made[T: OutputItem](kind: type[T], item: Item, *, mirrored: bool = True) -> tuple[T, list[dict[str, Any]]]:
    sent: list[dict[str, Any]] = []
    output = kind(item, emit=sent.append, response_id="resp_1", index=0, before=None, mirrored=mirrored)
    output.open()
    return output, sent


def test_a_written_message_closes_with_what_was_written():
    message, sent = made(WrittenMessage, Item("item_1", "message", "assistant"))
    message.write("Good")
    message.write(" morning")
    message.close("incomplete")
    assert [event["text"] for event in sent if event["type"] == "response.output_text.done"] == ["Good morning"]
    assert sent[-1]["type"] == "conversation.item.done"
    assert message.item.status == "incomplete"


def test_an_item_out_of_band_is_not_mirrored():
    _, sent = made(WrittenMessage, Item("item_1", "message", "assistant"), mirrored=False)
    assert not [event for event in sent if event["type"].startswith("conversation.")]


def test_a_truncated_message_keeps_no_more_of_what_is_still_sent():
    item = Item("item_1", "message", "assistant", sound=Sound(FORMATS["audio/pcmu"]))
    message, _ = made(SpokenMessage, item)
    message.transcribe("Hello", 100)
    message.send_audio(b"\xff" * 800)
    item.truncate(0, 50)
    message.send_audio(b"\xff" * 800)
    assert message.sound.ms == 50


def test_a_function_call_sends_its_arguments_piece_by_piece():
    call, sent = made(FunctionCall, Item("item_1", "function_call", name="end_call", call_id="call_1"))
    call.write('{"a"')
    call.write(": 1}")
    call.close("completed")
    done = next(event for event in sent if event["type"] == "response.function_call_arguments.done")
    assert (done["arguments"], done["call_id"]) == ('{"a": 1}', "call_1")
