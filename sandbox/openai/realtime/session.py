"""A Realtime session: what each client event does, when a turn ends, and which response may speak."""

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from sandbox.audio import TELEPHONE_HZ, Pcm, resample
from sandbox.faults import Fault
from sandbox.openai.agent.turn import ModelTurn, Reply
from sandbox.openai.realtime.configuration import Settings, updated
from sandbox.openai.realtime.conversation import model_input
from sandbox.openai.realtime.conversation.items import Conversation, Item, Sound, item_from, shorter_than
from sandbox.openai.realtime.errors import RealtimeError, new_id
from sandbox.openai.realtime.formats import format_of
from sandbox.openai.realtime.input_audio.buffer import InputBuffer, Started, Stopped
from sandbox.openai.realtime.input_audio.transcription import InputTranscriber
from sandbox.openai.realtime.responses.response import Response
from sandbox.openai.realtime.responses.settings import settings_for
from sandbox.openai.validation import audio_bytes, client_problems, client_type, server_problems
from sandbox.services import Services

SOURCE = "openai.realtime"
# What ``include`` may ask for.
LOGPROBS = "item.input_audio_transcription.logprobs"


class Session:
    """Feed it client events with ``receive``; it answers through ``send``, now and later.

    ``settings`` say at first what it is: a conversation, or a transcription that only listens.

    Everything runs in one event loop. ``tasks`` owns what takes time: responses and recognition.
    """

    def __init__(
        self,
        services: Services,
        *,
        settings: Settings,
        model: Callable[[ModelTurn], Reply],
        tasks: asyncio.TaskGroup,
        send: Callable[[dict[str, Any]], None],
    ) -> None:
        self.config, self.speech, self.model = services.config, services.speech, model
        self._services, self._tasks, self._send = services, tasks, send
        self._began = monotonic()
        self.settings = settings
        self.conversation = Conversation()
        self.last_context: list[model_input.Share] = []
        self._buffer = InputBuffer(format_of(self._input["format"]), self._input["turn_detection"])
        self._hearing = InputTranscriber(services, tasks, self.emit, self.fault)
        self._active: Response | None = None
        self._apart: list[Response] = []
        self._has_spoken = False
        self._idle_from: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the session began."""
        return monotonic() - self._began

    @property
    def _input(self) -> Settings:
        settings: Settings = self.settings["audio"]["input"]
        return settings

    @property
    def _only_listens(self) -> bool:
        return bool(self.settings["type"] == "transcription")

    @property
    def _model_name(self) -> str:
        """The name of the model that speaks, or in a transcription session the one that transcribes."""
        return str(self.settings.get("model") or (self._input["transcription"] or {}).get("model") or "")

    def greet(self) -> None:
        self.emit({"type": "session.created", "session": self.settings})

    def emit(self, event: dict[str, Any]) -> None:
        """Send an event, checked like those of clients."""
        event["event_id"] = new_id("event")
        self._services.complaints.check(
            SOURCE,
            message=event["type"],
            by="sandbox",
            problems=(problem.message for problem in server_problems(event)),
            about=self.settings["id"],
        )
        self._send(event)

    def fault(self, name: str, *, tool: str = "", again: bool = False) -> Fault | None:
        """The fault that strikes this session now; ``again`` when the same one is checked at every tick."""
        subject = self.settings["id"] if again else ""
        return self._services.faults.take(
            name, elapsed=self.elapsed, subject=subject, model=self._model_name, tool=tool
        )

    def receive(self, event: Any) -> None:
        """Handles a client event; an invalid one is answered with an ``error`` event. Raises a fatal RealtimeError."""
        event_id = event.get("event_id") if isinstance(event, dict) else None
        try:
            self._check(event)
            _HANDLERS[event["type"]](self, event)
        except RealtimeError as error:
            self.emit(error.event(event_id if isinstance(event_id, str) else None))
            if error.fatal:
                raise

    def _check(self, event: Any) -> None:
        problems = client_problems(event, only_listens=self._only_listens)
        messages = [problem.message for problem in problems]
        self.complain(client_type(event), messages)
        if problems:
            raise RealtimeError.from_problem(problems[0])

    def complain(self, message: str, problems: Iterable[str]) -> None:
        """Count a ``message`` of the client, by its type, and note its problems."""
        about = self.settings["id"]
        self._services.complaints.check(SOURCE, message=message, by="client", problems=problems, about=about)

    # Session and audio

    def _update(self, event: dict[str, Any]) -> None:
        if late := self.fault("realtime.update_late"):
            self._tasks.create_task(self._update_later(event, late.number("seconds")))
        else:
            self._set_up(event)

    async def _update_later(self, event: dict[str, Any], seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            self._set_up(event)
        except RealtimeError as error:
            self.emit(error.event(event.get("event_id")))

    def _set_up(self, event: dict[str, Any]) -> None:
        self.settings = updated(self.settings, event["session"], has_spoken=self._has_spoken)
        self._buffer.configure(format_of(self._input["format"]), self._input["turn_detection"])
        self.emit({"type": "session.updated", "session": self.settings})

    def _append(self, event: dict[str, Any]) -> None:
        for noticed in self._buffer.append(audio_bytes(event["audio"]) or b""):
            match noticed:
                case Started():
                    self._caller_started(noticed)
                case Stopped():
                    self._caller_stopped(noticed)
        if (since := self._buffer.paused_since()) is not None:
            self._hearing.recognize_early(lambda: self._buffer.turn_until(since), self._input["transcription"], since)

    def _caller_started(self, started: Started) -> None:
        self._idle_from = None
        kind = "input_audio_buffer.speech_started"
        self.emit({"type": kind, "audio_start_ms": started.audio_start_ms, "item_id": started.item_id})
        if self._active is not None and self._input["turn_detection"]["interrupt_response"]:
            self._active.cancel("turn_detected")

    def _caller_stopped(self, stopped: Stopped) -> None:
        kind = "input_audio_buffer.speech_stopped"
        self.emit({"type": kind, "audio_end_ms": stopped.audio_end_ms, "item_id": stopped.item_id})
        self._commit_item(stopped.item_id, stopped.pcm, voice_end_ms=stopped.voice_end_ms)
        if not self._only_listens and self._input["turn_detection"]["create_response"]:
            self._respond({})

    def _commit(self, event: dict[str, Any]) -> None:
        self._commit_item(*self._buffer.commit())

    def _commit_item(self, item_id: str, pcm: Pcm, *, voice_end_ms: int | None = None) -> None:
        format_ = format_of(self._input["format"])
        sound = Sound(format_, format_.encode(resample(pcm, TELEPHONE_HZ, format_.rate)))
        item = Item(item_id, "message", role="user", sound=sound)
        before = self.conversation.last_id()
        self.emit({"type": "input_audio_buffer.committed", "item_id": item_id, "previous_item_id": before})
        self._add(item, None)
        logprobs = LOGPROBS in (self.settings["include"] or ())
        self._hearing.listen(item, pcm, self._input["transcription"], logprobs=logprobs, voice_end_ms=voice_end_ms)

    def _clear(self, event: dict[str, Any]) -> None:
        self._buffer.clear()
        self.emit({"type": "input_audio_buffer.cleared"})

    def _clear_output(self, event: dict[str, Any]) -> None:
        message = "output_audio_buffer.clear is only supported for WebRTC and SIP connections."
        raise RealtimeError(message, "invalid_value", "type")

    # Items

    def _add(self, item: Item, after: str | None) -> None:
        before = self.conversation.add(item, after)
        for what in ("added", "done"):
            kind = f"conversation.item.{what}"
            self.emit({"type": kind, "previous_item_id": before, "item": item.view()})

    def _create_item(self, event: dict[str, Any]) -> None:
        item = item_from(event["item"], format_of(self._input["format"]))
        self.conversation.check_call(item)
        if item.role == "user" and item.sound is not None and not item.text:
            pcm = item.sound.format.decode(item.sound.data)
            self._hearing.listen(item, resample(pcm, item.sound.format.rate, TELEPHONE_HZ), None)
        self._add(item, event.get("previous_item_id"))

    def _retrieve_item(self, event: dict[str, Any]) -> None:
        item = self.conversation.find(event["item_id"], doing="retrieve")
        self.emit({"type": "conversation.item.retrieved", "item": item.view(with_audio=True)})

    def _delete_item(self, event: dict[str, Any]) -> None:
        self.conversation.delete(event["item_id"])
        self.emit({"type": "conversation.item.deleted", "item_id": event["item_id"]})

    def _truncate_item(self, event: dict[str, Any]) -> None:
        item = self.conversation.find(event["item_id"], doing="truncate")
        if item.sound and self.fault("realtime.truncate_refused"):
            raise shorter_than(event["audio_end_ms"], max(0, event["audio_end_ms"] - 60))
        item.truncate(event["content_index"], event["audio_end_ms"])
        names = ("item_id", "content_index", "audio_end_ms")
        self.emit({"type": "conversation.item.truncated"} | {name: event[name] for name in names})

    # Responses

    def _create_response(self, event: dict[str, Any]) -> None:
        if self._active is None and self.fault("realtime.create_race"):
            self._respond({})
        self._respond(event.get("response") or {})

    def _respond(self, wanted: dict[str, Any]) -> None:
        chosen = settings_for(self.settings, wanted, self.conversation)
        if chosen.in_conversation and self._active is not None:
            message = (
                f"Conversation already has an active response in progress: {self._active.id}. "
                "Wait until the response is finished before creating a new one."
            )
            raise RealtimeError(message, "conversation_already_has_active_response")
        response = Response(self, chosen)
        if chosen.in_conversation:
            self._active = response
        else:
            self._apart.append(response)
        self._idle_from = None
        response.start(self._tasks)

    def _cancel_response(self, event: dict[str, Any]) -> None:
        running = [*([self._active] if self._active else []), *self._apart]
        wanted = event.get("response_id")
        chosen = [response for response in running if wanted in (None, response.id)]
        if not chosen or (self._fault_of_cancelling(chosen[0]) and chosen[0].complete()):
            message = "Cancellation failed: no active response found"
            raise RealtimeError(message, "response_cancel_not_active")
        chosen[0].cancel("client_cancelled")

    def _fault_of_cancelling(self, response: Response) -> bool:
        return response.speaking and self.fault("realtime.cancel_race") is not None

    async def heard_everything(self) -> None:
        await self._hearing.settled()

    def ended(self, response: Response) -> None:
        """A response is over; its audio may still be playing at the other end."""
        if response is not self._active:
            self._apart.remove(response)
            return
        self._active = None
        self._has_spoken = self._has_spoken or response.spoken_ms > 0
        self._idle_from = self.elapsed + response.spoken_ms / 1000

    # Time

    def tick(self) -> None:
        """Called regularly: a caller silent for too long is prompted again."""
        self._send_fault_events()
        timeout = (self._input["turn_detection"] or {}).get("idle_timeout_ms")
        if timeout is None or self._idle_from is None or self._active is not None:
            return
        if self._buffer.speaking or self.elapsed < self._idle_from + timeout / 1000:
            return
        self._idle_from = None
        self._prompt_again(timeout)

    def _send_fault_events(self) -> None:
        """Sends the unexpected events of faults."""
        if fault := self.fault("realtime.error", again=True):
            names = ("message", "code", "kind")
            message, code, kind = (fault.text(name) for name in names)
            self.emit(RealtimeError(message, code, kind=kind).event())
        if fault := self.fault("realtime.unknown_event", again=True):
            self._send({"type": fault.text("type"), "event_id": new_id("event"), "mood": "curious"})

    def _prompt_again(self, timeout_ms: int) -> None:
        item_id, end_ms = new_id("item"), self._buffer.end_ms
        start_ms = max(0, end_ms - timeout_ms)
        span = {"audio_start_ms": start_ms, "audio_end_ms": end_ms, "item_id": item_id}
        self.emit({"type": "input_audio_buffer.timeout_triggered", **span})
        self._commit_item(item_id, self._buffer.take_silence(timeout_ms))
        self._respond({})


_HANDLERS: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    "session.update": Session._update,
    "input_audio_buffer.append": Session._append,
    "input_audio_buffer.commit": Session._commit,
    "input_audio_buffer.clear": Session._clear,
    "output_audio_buffer.clear": Session._clear_output,
    "conversation.item.create": Session._create_item,
    "conversation.item.retrieve": Session._retrieve_item,
    "conversation.item.delete": Session._delete_item,
    "conversation.item.truncate": Session._truncate_item,
    "response.create": Session._create_response,
    "response.cancel": Session._cancel_response,
}
