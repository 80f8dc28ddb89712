"""OpenAI: the chat model, recognition of recordings, and the address of the realtime model's socket.

The only module that imports its SDK. Time-outs are short and the SDK's own retries are off: a webhook of the carrier
must be answered within 15 s, which the SDK's default of 600 s with two retries (obeying `retry-after`) cannot promise.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote

import httpx2
import openai
from django.conf import settings
from openai.types.chat import ChatCompletionChunk

from calls.providers import (
    Chat,
    ChatEnd,
    ChatUsage,
    Piece,
    ProviderError,
    TextPiece,
    ToolPiece,
    ToolRequest,
    Transcriber,
    Transcription,
    tool_name,
)
from leads.text import storable

OFFICIAL = "https://api.openai.com/v1"
CHAT_TIMEOUT = httpx2.Timeout(8.0, connect=2.0)  # 8 s without a byte, not 8 s in all
TRANSCRIBE_TIMEOUT = httpx2.Timeout(60.0, connect=3.0)
HEALTH_TIMEOUT = 2.0
# Whatever their HTTP status says (a used-up quota is a 429): asking again gets the same answer for the rest of a call.
FATAL_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "account_deactivated"})
LONGEST_ID = 40  # characters of a tool call's id in Chat Completions
CUT_SHORT = ("length", "content_filter")  # finish reasons of an answer that stops in the middle
LONGEST_ANSWER = 400  # tokens; about a minute of speech, far beyond what a phone answer should be
TEMPERATURE = 0.4


class OpenAIChat:
    """`Chat` over Chat Completions."""

    def __init__(self, client: openai.OpenAI, *, model: str, reasoning_effort: str = "") -> None:
        self._client = client
        self.model = model
        self._effort = reasoning_effort

    def stream(self, messages: Sequence[dict[str, Any]], *, tools: Sequence[dict[str, Any]] = ()) -> Iterator[Piece]:
        """Stream the answer, ending with its ChatEnd. Raises ProviderError, perhaps halfway."""
        try:
            with self._client.chat.completions.create(**self._request(messages, tools)) as chunks:
                yield from _pieces(chunks)
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, ValueError) as error:
            raise provider_error(error) from error  # a ValueError is a line of the stream that is not JSON

    def _request(self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self.model,
            "messages": list(messages),
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_completion_tokens": LONGEST_ANSWER,
            "timeout": CHAT_TIMEOUT,
        }
        if tools:
            request["tools"] = list(tools)
        # A reasoning model refuses a temperature; an older one refuses an effort.
        return request | ({"reasoning_effort": self._effort} if self._effort else {"temperature": TEMPERATURE})


class OpenAITranscriber:
    """`Transcriber` over /v1/audio/transcriptions."""

    def __init__(self, client: openai.OpenAI, *, model: str) -> None:
        self._client = client
        self.model = model

    def transcribe(self, wav: bytes, *, language: str = "en") -> Transcription:
        """Return what is said in a WAV file of at most 25 MB."""
        try:
            heard = self._client.audio.transcriptions.create(
                file=("speech.wav", wav, "audio/wav"),
                model=self.model,
                language=language,
                response_format="json",
                timeout=TRANSCRIBE_TIMEOUT,
            )
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            raise provider_error(error) from error
        return Transcription(heard.text.strip())


def chat() -> Chat:
    """Return the configured chat model."""
    return OpenAIChat(
        _configured(), model=settings.OPENAI_CHAT_MODEL, reasoning_effort=settings.OPENAI_REASONING_EFFORT
    )


def transcriber() -> Transcriber:
    """Return the configured recognizer of recordings."""
    return OpenAITranscriber(_configured(), model=settings.OPENAI_TRANSCRIBE_MODEL)


def realtime_url(model: str = "") -> str:
    """Return the URL of the realtime model's socket: OPENAI_BASE_URL with ws for http and wss for https."""
    base = "ws" + settings.OPENAI_BASE_URL.rstrip("/").removeprefix("http")
    return f"{base}/realtime?model={quote(model or settings.OPENAI_REALTIME_MODEL)}"


def realtime_headers() -> dict[str, str]:
    """Return the headers of the handshake. They contain the key: never log them."""
    return {"Authorization": f"Bearer {settings.OPENAI_API_KEY}"}


def is_up() -> bool:
    """Whether the service answers and accepts the key. Free of charge."""
    if not settings.OPENAI_API_KEY:
        return False
    try:
        _configured().models.list(timeout=HEALTH_TIMEOUT)
    except (openai.AuthenticationError, openai.PermissionDeniedError, openai.APIConnectionError):
        return False
    except openai.APIStatusError as error:
        return error.status_code < 500
    except (openai.OpenAIError, httpx2.HTTPError):
        return False
    return True


def _configured() -> openai.OpenAI:
    return _client(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL)


@lru_cache(maxsize=8)
def _client(api_key: str, base_url: str) -> openai.OpenAI:
    """Make one client, so one connection pool, per process."""
    return make_client(api_key, base_url)


def make_client(api_key: str, base_url: str) -> openai.OpenAI:
    """Make a client. Only the official URL uses the environment's proxy."""
    return openai.OpenAI(
        api_key=api_key or "unconfigured",
        base_url=base_url,
        max_retries=0,
        http_client=openai.DefaultHttpxClient(trust_env=base_url == OFFICIAL),
    )


def _pieces(chunks: Iterable[ChatCompletionChunk]) -> Iterator[Piece]:
    """Yield text as it arrives, then the tool calls, joined by index (later deltas carry no id), and the usage."""
    requests: dict[int, dict[str, str]] = {}
    usage, request_id, cut = None, "", ""
    for chunk in chunks:
        request_id = chunk.id or request_id
        usage = _usage(chunk) or usage
        for choice in chunk.choices[:1]:
            cut = choice.finish_reason if choice.finish_reason in CUT_SHORT else cut
            if text := storable(choice.delta.content or ""):
                yield TextPiece(text)
            for call in choice.delta.tool_calls or ():
                request = requests.setdefault(call.index, {"id": "", "name": "", "arguments": ""})
                request["id"] = request["id"] or call.id or ""
                if call.function:
                    request["name"] = request["name"] or call.function.name or ""
                    request["arguments"] += call.function.arguments or ""
                yield ToolPiece()
    tools = tuple(_tool_request(requests[index], f"{request_id}-{index}") for index in sorted(requests))
    yield ChatEnd(tools=tools, usage=usage, request_id=request_id, cut=cut)


def _tool_request(written: dict[str, str], own_id: str) -> ToolRequest:
    """The request as any row and the next request can hold it; without an id it gets one of its own."""
    written_id = storable(written["id"]) or own_id[-LONGEST_ID:]
    return ToolRequest(written_id, tool_name(written["name"]), storable(written["arguments"]))


def _usage(chunk: ChatCompletionChunk) -> ChatUsage | None:
    if chunk.usage is None:
        return None
    details = chunk.usage.prompt_tokens_details
    cached = details.cached_tokens if details else 0
    return ChatUsage(prompt=chunk.usage.prompt_tokens, completion=chunk.usage.completion_tokens, cached=cached or 0)


def provider_error(error: Exception) -> ProviderError:
    if isinstance(error, openai.APIStatusError):
        refused = 400 <= error.status_code < 500 and error.status_code not in (408, 409, 429)
        code = str(cast(Any, error).code or error.status_code)
        return ProviderError(f"The model refused: {code}", permanent=refused or code in FATAL_CODES, code=code)
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ProviderError("The model did not answer in time", code="timeout")
    if isinstance(error, openai.APIError) and error.code:
        code = str(error.code)
        return ProviderError(f"The model broke off: {code}", permanent=code in FATAL_CODES, code=code)
    return ProviderError(f"The model cannot be reached ({type(error).__name__})", code="unreachable")
