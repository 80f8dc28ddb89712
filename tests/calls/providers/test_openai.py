"""The chat model through its SDK, over the wire."""

from typing import Any

import pytest

from calls.providers import ChatEnd, ChatUsage, ProviderError, TextPiece, ToolPiece
from calls.providers.openai import chat, realtime_headers, realtime_url, transcriber
from tests.calls.vendors import BreaksOff, Fails, Uses, Vendors, says

ASKED = [{"role": "user", "content": "Hello"}]


def test_text_comes_in_pieces_and_ends_with_its_usage(vendors: Vendors) -> None:
    vendors.script = [says("Good ", "morning.")]
    *pieces, end = chat().stream(ASKED)
    assert pieces == [TextPiece("Good "), TextPiece("morning.")]
    assert isinstance(end, ChatEnd)
    assert end.usage == ChatUsage(prompt=900, completion=25, cached=600)
    assert end.request_id.startswith("chatcmpl-")


def test_a_tool_call_is_put_together_from_its_deltas(vendors: Vendors) -> None:
    vendors.script = [Uses("search_listings", {"limit": 3}, text="Let me look.", id="call_7")]
    piece, *written, end = chat().stream(ASKED, tools=[{"type": "function", "function": {"name": "search_listings"}}])
    assert piece == TextPiece("Let me look.")
    assert written == [ToolPiece()] * 3
    assert isinstance(end, ChatEnd)
    assert [(tool.id, tool.name, tool.arguments) for tool in end.tools] == [
        ("call_7", "search_listings", '{"limit": 3}')
    ]


def test_what_no_row_and_no_request_can_hold_is_left_out(vendors: Vendors) -> None:
    vendors.script = [says("caf\0e \ud800now"), Uses("search_listings", {"limit": 3}, id="call\0_\ud8007")]
    assert next(chat().stream(ASKED)) == TextPiece("cafe now")
    *_, end = chat().stream(ASKED)
    assert isinstance(end, ChatEnd)
    assert [tool.id for tool in end.tools] == ["call_7"]


def test_tool_calls_without_an_id_are_told_apart(vendors: Vendors) -> None:
    vendors.script = [Uses("search_listings", {"limit": 3}, id="", also=Uses("end_call", {}, id=""))]
    *_, end = chat().stream(ASKED)
    assert isinstance(end, ChatEnd)
    first, second = (tool.id for tool in end.tools)
    assert first != second
    assert all(0 < len(tool.id) <= 40 for tool in end.tools)


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (429, False), (401, True), (400, True)])
def test_a_refusal_says_whether_trying_again_can_help(vendors: Vendors, status: int, permanent: bool) -> None:
    vendors.script = [Fails(status)]
    with pytest.raises(ProviderError) as raised:
        list(chat().stream(ASKED))
    assert raised.value.permanent is permanent
    assert len(vendors.chats) == 1  # the SDK must not try again by itself


def test_an_error_in_the_middle_of_a_stream_is_ours(vendors: Vendors) -> None:
    vendors.script = [BreaksOff("I was about")]
    stream = chat().stream(ASKED)
    assert next(stream) == TextPiece("I was about")
    with pytest.raises(ProviderError):
        list(stream)


def test_nobody_listening_is_a_provider_error(vendors: Vendors, settings: Any) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(ProviderError) as raised:
        list(chat().stream(ASKED))
    assert raised.value.code == "unreachable"


def test_a_reasoning_model_gets_an_effort_and_no_temperature(vendors: Vendors, settings: Any) -> None:
    settings.OPENAI_REASONING_EFFORT = "none"
    list(chat().stream(ASKED))
    assert vendors.chats[0]["reasoning_effort"] == "none"
    assert "temperature" not in vendors.chats[0]
    assert vendors.chats[0]["stream_options"] == {"include_usage": True}


def test_a_recording_is_recognized(vendors: Vendors) -> None:
    vendors.transcripts = ["  Hello there. "]
    assert transcriber().transcribe(b"RIFF").text == "Hello there."


@pytest.mark.parametrize(
    ("base", "socket"),
    [
        ("https://api.openai.com/v1", "wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1"),
        ("http://127.0.0.1:9100/v1/", "ws://127.0.0.1:9100/v1/realtime?model=gpt-realtime-2.1"),
    ],
)
def test_the_realtime_socket_is_where_the_api_is(settings: Any, base: str, socket: str) -> None:
    settings.OPENAI_BASE_URL, settings.OPENAI_REALTIME_MODEL = base, "gpt-realtime-2.1"
    settings.OPENAI_API_KEY = "sk-1"
    assert realtime_url() == socket
    assert realtime_headers() == {"Authorization": "Bearer sk-1"}
