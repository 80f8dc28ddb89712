"""One response: waits as long as the model would, speaks, calls tools, until it is done, canceled or failed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.audio import SPEECH_HZ, Pcm, resample
from sandbox.config import Config
from sandbox.faults import Fault
from sandbox.openai.agent.turn import ModelTurn, Reply, ToolCall
from sandbox.openai.model_faults import with_model_faults
from sandbox.openai.realtime.conversation import model_input
from sandbox.openai.realtime.conversation.items import Conversation, Item, Sound
from sandbox.openai.realtime.conversation.truncation import TooLong, left_out
from sandbox.openai.realtime.errors import new_id
from sandbox.openai.realtime.responses import pacing
from sandbox.openai.realtime.responses.output import FunctionCall, OutputItem, SpokenMessage, WrittenMessage
from sandbox.openai.realtime.responses.settings import ResponseSettings
from sandbox.speech import Speech

TOKENS_PER_MINUTE = 4_000_000


class SessionAccess(Protocol):
    """What a response needs of its session."""

    config: Config
    speech: Speech
    conversation: Conversation
    model: Callable[[ModelTurn], Reply]
    last_context: list[model_input.Share]

    def emit(self, event: dict[str, Any]) -> None: ...
    def fault(self, name: str, *, tool: str = "") -> Fault | None: ...
    def heard_everything(self) -> Awaitable[None]: ...
    def ended(self, response: "Response") -> None: ...


class _Full(Exception):
    """The response ends in the middle; its argument says why."""


@dataclass
class Response:
    """One response: ``start`` runs it as a task; ``cancel`` ends it at once, with its closing events."""

    session: SessionAccess
    settings: ResponseSettings
    id: str = field(default_factory=lambda: new_id("resp"))
    status: str = "in_progress"
    details: dict[str, Any] | None = None
    output: list[OutputItem] = field(default_factory=list)
    usage: dict[str, Any] | None = None
    spoken_ms: int = 0
    _open: OutputItem | None = None
    _input: dict[str, Any] = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None
    _speaking_since: float = 0.0
    _pace: float = 1.0
    _unsent: deque[pacing.Piece] = field(default_factory=deque)

    @property
    def active(self) -> bool:
        return self.status == "in_progress"

    @property
    def speaking(self) -> bool:
        return self.active and isinstance(self._open, SpokenMessage)

    def start(self, tasks: asyncio.TaskGroup) -> None:
        self.session.emit({"type": "response.created", "response": self.view()})
        self.session.emit(_rate_limits())
        self._task = tasks.create_task(self._run())

    def cancel(self, reason: str) -> None:
        """Ends it; ``reason`` is ``turn_detected`` or ``client_cancelled``."""
        if not self.active:
            return
        speaking = self._open if isinstance(self._open, SpokenMessage) else None
        self._end("cancelled", {"type": "cancelled", "reason": reason})
        if speaking and self._unsent and (fault := self.session.fault("realtime.late_deltas")):
            for piece in list(self._unsent)[: fault.whole("pieces")]:
                speaking.send_late_audio(self.settings.format.encode(piece.pcm))

    def complete(self) -> bool:
        """Sends everything that is ready at once and ends the response; False when it is not speaking."""
        if not self.speaking or not isinstance(self._open, SpokenMessage):
            return False
        while self._unsent:
            self._utter(self._open, self._unsent.popleft())
        self._end("completed", None)
        return True

    async def _run(self) -> None:
        began = asyncio.get_running_loop().time()
        if fault := self.session.fault("realtime.quota"):
            self._fail(fault.text("code"))
            return
        if self.session.fault("realtime.mute"):
            return
        try:
            reply = await self._think(began)
        except TooLong:
            self._fail("context_length_exceeded")
            return
        if self.session.fault("realtime.empty_answer"):
            reply = Reply()
        try:
            if reply.text:
                await self._say(reply.text)
            for call in reply.tool_calls:
                await self._call(call)
        except _Full as full:
            self._end("incomplete", {"type": "incomplete", "reason": str(full)})
            return
        self._end("completed", None)

    async def _think(self, began: float) -> Reply:
        """The model's answer, no sooner than its first token would come."""
        await self.session.heard_everything()
        seconds = self.session.config.llm_first_token_ms / 1000
        settings = self.settings
        items = settings.input if settings.input is not None else tuple(self.session.conversation)
        await asyncio.sleep(began + seconds + self._slow(items) - asyncio.get_running_loop().time())
        shares = model_input.shares_of(settings.instructions, settings.tools, items)
        oldest = left_out(shares, settings.truncation, settings.input_limit)
        items, shares = items[oldest:], [shares[0], *shares[oldest + 1 :]]
        self._input = model_input.input_usage(shares, self.session.last_context)
        if settings.in_conversation and settings.input is None:
            self.session.last_context = shares
        return self._decided(items)

    def _slow(self, items: Sequence[Item]) -> float:
        """How late the first token comes because of faults, in seconds."""
        slow = [self.session.fault("realtime.slow_first_token")]
        if items and items[-1].type == "function_call_output":
            slow.append(self.session.fault("realtime.slow_tool_turn"))
        return sum(fault.number("seconds") for fault in slow if fault)

    def _decided(self, items: Sequence[Item]) -> Reply:
        settings = self.settings
        turn = ModelTurn(
            instructions=settings.instructions,
            tools=model_input.tools_of(settings.tools),
            messages=model_input.messages_of(items),
            tool_choice=model_input.tool_choice_of(settings.tool_choice),
            parallel_tool_calls=settings.parallel_tool_calls,
        )
        return with_model_faults(self.session.model(turn), lambda name, tool: self.session.fault(name, tool=tool))

    async def _say(self, text: str) -> None:
        if self.settings.modality == "text":
            await self._write(text)
            return
        message = self._begin(SpokenMessage, role="assistant", sound=Sound(self.settings.format))
        cut, slow = self.session.fault("realtime.incomplete"), self.session.fault("realtime.slow_audio")
        self._pace = slow.number("pace") if slow else self.session.config.realtime_pace
        message.wrong_format = self.session.fault("realtime.wrong_format") is not None
        first = self.session.config.speech_first_byte_ms / 1000
        self._speaking_since = asyncio.get_running_loop().time() + first
        await asyncio.sleep(first)
        for sentence in pacing.sentences(text):
            pcm = await self._spoken(sentence)
            rate = self.settings.format.rate
            self._unsent = deque(pacing.pieces(sentence, pcm, rate=rate, begin_ms=self.spoken_ms))
            while self._unsent:
                await self._on_time(self._unsent[0])
                self._utter(message, self._unsent.popleft())
                self._check_room()
                if cut and len(message.item.text.split()) >= cut.whole("words"):
                    raise _Full(cut.text("reason"))
        self._close("completed")

    async def _spoken(self, sentence: str) -> Pcm:
        settings = self.settings
        pcm = await self.session.speech.speak(sentence, voice=settings.voice_name, speed=settings.speed)
        return resample(pcm, SPEECH_HZ, settings.format.rate)

    async def _on_time(self, piece: pacing.Piece) -> None:
        due = self._speaking_since + piece.begin_ms / 1000 / self._pace
        await asyncio.sleep(due - asyncio.get_running_loop().time())

    def _utter(self, message: SpokenMessage, piece: pacing.Piece) -> None:
        for word, end_ms in piece.words:
            message.transcribe(word, end_ms)
        data = self.settings.format.encode(piece.pcm)
        message.send_audio(data)
        self.spoken_ms += len(data) // self.settings.format.bytes_per_ms

    async def _write(self, text: str) -> None:
        message = self._begin(WrittenMessage, role="assistant")
        for index, word in enumerate(text.split(" ")):
            message.write(f" {word}" if index else word)
            self._check_room()
            await asyncio.sleep(1 / self.session.config.llm_tokens_per_second)
        self._close("completed")

    async def _call(self, call: ToolCall) -> None:
        item = self._begin(FunctionCall, type_="function_call", name=call.name, call_id=call.id)
        for at in range(0, len(call.arguments), pacing.ARGUMENT_PIECE):
            delta = call.arguments[at : at + pacing.ARGUMENT_PIECE]
            item.write(delta)
            self._check_room()
            tokens = model_input.text_tokens(delta)
            await asyncio.sleep(tokens / self.session.config.llm_tokens_per_second)
        self._close("completed")

    def _begin[T: OutputItem](self, kind: type[T], *, type_: str = "message", **fields: Any) -> T:
        item = Item(new_id("item"), type_, status="in_progress", **fields)
        before = self.session.conversation.add(item) if self.settings.in_conversation else None
        output = kind(
            item,
            emit=self.session.emit,
            response_id=self.id,
            index=len(self.output),
            before=before,
            mirrored=self.settings.in_conversation,
        )
        self.output.append(output)
        self._open = output
        output.open()
        return output

    def _close(self, status: str) -> None:
        if self._open is not None:
            self._open.close(status)
            self._open = None

    def _check_room(self) -> None:
        limit = self.settings.max_output_tokens
        if isinstance(limit, int) and self._output_tokens() >= limit:
            raise _Full("max_output_tokens")

    def _output_tokens(self) -> int:
        return sum(output.text_tokens + output.audio_tokens for output in self.output)

    def _fail(self, code: str) -> None:
        message = _FAILURES.get(code, "The server had an error while processing your request.")
        error = {"type": code, "code": code, "message": message}
        self._end("failed", {"type": "failed", "error": error})

    def _end(self, status: str, details: dict[str, Any] | None) -> None:
        """Close what is open and say that it is done; nothing is sent afterwards."""
        self._close("completed" if status == "completed" else "incomplete")
        self.status, self.details = status, details
        if status != "failed":
            self.usage = None if self.session.fault("realtime.usage_missing") else self._usage()
        self.session.ended(self)
        self.session.emit({"type": "response.done", "response": self.view()})
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    def _usage(self) -> dict[str, Any]:
        return model_input.usage_of(
            self._input or model_input.input_usage([], []),
            output_text=sum(output.text_tokens for output in self.output),
            output_audio=sum(output.audio_tokens for output in self.output),
        )

    def view(self) -> dict[str, Any]:
        """The response as events show it."""
        settings = self.settings
        voice = {} if isinstance(settings.voice, dict) else {"voice": settings.voice}
        rate = {"rate": 24000} if settings.format.name == "audio/pcm" else {}
        return {
            "object": "realtime.response",
            "id": self.id,
            "status": self.status,
            "status_details": self.details,
            "output": [] if self.active else [output.item.view() for output in self.output],
            "conversation_id": self.session.conversation.id if settings.in_conversation else None,
            "output_modalities": [settings.modality],
            "max_output_tokens": settings.max_output_tokens,
            "audio": {"output": {"format": {"type": settings.format.name} | rate, **voice}},
            "usage": self.usage,
            "metadata": settings.metadata,
        }


_FAILURES = {
    "insufficient_quota": "You exceeded your current quota, please check your plan and billing details.",
    "context_length_exceeded": "The conversation is longer than the model's input token limit.",
    "rate_limit_exceeded": "Rate limit reached for this model. Please try again later.",
}


def _rate_limits() -> dict[str, Any]:
    """The ``rate_limits.updated`` event, sent because the service sends one; the sandbox has no limits."""
    tokens = {"name": "tokens", "limit": TOKENS_PER_MINUTE, "remaining": TOKENS_PER_MINUTE - 4096}
    requests = {"name": "requests", "limit": 20_000, "remaining": 19_999, "reset_seconds": 0.003}
    return {"type": "rate_limits.updated", "rate_limits": [requests, tokens | {"reset_seconds": 0.06}]}
