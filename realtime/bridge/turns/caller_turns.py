"""The caller's turns, spoken or typed: when they begin and end, and what was said."""

from collections.abc import Iterator
from dataclasses import dataclass

from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.transcript.caller_audio import CallerAudio
from realtime.bridge.turns.false_interruptions import FalseInterruptions
from realtime.bridge.turns.model_context import ModelContext
from realtime.bridge.turns.response_gate import ResponseGate
from realtime.bridge.turns.response_latency import ResponseLatency
from realtime.bridge.turns.response_timeouts import ResponseTimeouts
from realtime.bridge.turns.tool_calls import ToolCalls
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits
from realtime.bridge.vocabulary.timers import Timer, Timers

MOST_KEYS = 32  # in one number: more than any we ask for


@dataclass(slots=True)
class CallerTurns:
    """The caller's turns. `count` is how many they have had."""

    limits: Limits
    timers: Timers
    agent_audio: AgentAudio
    gate: ResponseGate
    tool_calls: ToolCalls
    caller_audio: CallerAudio
    context: ModelContext
    timeouts: ResponseTimeouts
    latency: ResponseLatency
    false_interruptions: FalseInterruptions
    count: int = 0
    _began_at: float = 0.0
    _keys: str = ""
    _keys_at: float = 0.0  # when the first one was pressed

    @property
    def typing(self) -> bool:
        """Whether a number is being typed."""
        return bool(self._keys)

    def started(self, event: e.CallerStarted, now: float, *, cut_off: bool) -> Iterator[a.Action]:
        """The caller begins to speak. `cut_off`: the agent, which was stopped before, had more to say."""
        self.false_interruptions.began(event.item_id, cut_off=cut_off)
        self.caller_audio.caller_began(now)
        self._began_at = now
        for line in self.agent_audio.transcript.caller_began(event.item_id, self.caller_audio.stream_ms(event.at_ms)):
            yield a.Record(line)
        self.latency.reset()
        self.timers.clear(Timer.STALL, Timer.LEAD_IN, Timer.FILLER)
        self.timers.set(Timer.CALLER_TURN, now + self.limits.turn_silence_s)
        self.gate.caller_began()

    def finished(self, event: e.CallerFinished, now: float) -> None:
        """The caller's turn is over; the model responds without being asked."""
        stopped_ms = self.caller_audio.stream_ms(max(0, event.at_ms - self.limits.silence_ms))
        self.agent_audio.transcript.caller_ended(event.item_id, stopped_ms)
        stopped_at = self.agent_audio.moment(stopped_ms)
        if min(now, stopped_at) >= self.caller_audio.forwarding_since:
            self.latency.start(stopped_at, now)
        self.caller_audio.caller_ended()
        self.gate.caller_ended()
        self.count += 1
        self.timers.clear(Timer.CALLER_TURN)
        self.timeouts.expect_answer(now, silent_from=max(stopped_at, self.caller_audio.forwarding_since))

    def watch_speech(self, now: float) -> Iterator[a.Action]:
        """End a turn whose end the model does not report: it was noise.

        That is so once the line has been silent, or when it has lasted too long for speech.
        """
        noise_from = min(
            self.caller_audio.last_sound_at + self.limits.turn_silence_s, self._began_at + self.limits.longest_turn_s
        )
        if now < noise_from:
            self.timers.set(Timer.CALLER_TURN, noise_from)
            return
        self.caller_audio.caller_ended()
        self.timeouts.expect_words(self.caller_audio.last_sound_at)
        yield from self.false_interruptions.never_ended(now)

    def place(self, event: e.ItemPlaced) -> Iterator[a.Action]:
        """An item took its place in the conversation."""
        if event.tool_result:
            self.tool_calls.confirm(event.tool_result)
        for line in self.agent_audio.transcript.place(event.item_id, event.after, event.speaker):
            yield a.Record(line)

    def transcribed(self, event: e.TranscriptArrived, now: float) -> Iterator[a.Action]:
        """The caller's words have come."""
        self.false_interruptions.transcribed(event, now)
        yield a.Record(self.agent_audio.transcript.caller_transcribed(event.item_id, event.text or ""))
        if event.usage:
            yield a.Record(a.Spent("transcription", event.item_id, event.usage))

    def key_pressed(self, digit: str, now: float) -> Iterator[a.Action]:
        """The caller pressed a key. A number is complete with `#` or after a pause."""
        if not self._keys:
            self._keys_at = now
        self._keys += digit
        if digit == "#" or len(self._keys) >= MOST_KEYS:
            yield from self.keys_complete()
        else:
            self.timers.set(Timer.KEYS, now + self.limits.keys_s)

    def keys_complete(self) -> Iterator[a.Action]:
        """The number is complete: it is the caller's turn."""
        self.timers.clear(Timer.KEYS)
        digits, self._keys = self._keys, ""
        line = self.agent_audio.transcript.add_keys(
            self.agent_audio.new_id("keys"), digits, at_ms=self.agent_audio.ms(self._keys_at)
        )
        yield a.Record(line)
        if self.caller_audio.forwarding:
            yield from self.context.add_line(line)
        self.gate.owe(a.Respond())
        self.count += 1
