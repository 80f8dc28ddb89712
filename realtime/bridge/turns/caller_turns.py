"""The caller's turns, spoken or typed."""

from collections.abc import Iterator
from dataclasses import dataclass

from realtime.bridge.transcript.agent_audio import Voice
from realtime.bridge.transcript.caller_audio import Ear
from realtime.bridge.turns.false_interruptions import Interruptions
from realtime.bridge.turns.model_context import Memory
from realtime.bridge.turns.response_gate import Floor
from realtime.bridge.turns.response_latency import Stopwatch
from realtime.bridge.turns.response_timeouts import Patience
from realtime.bridge.turns.tool_calls import ToolDesk
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits
from realtime.bridge.vocabulary.timers import Timer, Timers

MOST_KEYS = 32  # of one number: longer than any we ask for


@dataclass(slots=True)
class Turns:
    """When the caller begins and ends, and what he said; ``count`` is how often he had his say."""

    limits: Limits
    timers: Timers
    voice: Voice
    floor: Floor
    desk: ToolDesk
    ear: Ear
    memory: Memory
    patience: Patience
    stopwatch: Stopwatch
    interruptions: Interruptions
    count: int = 0
    _began_at: float = 0.0
    _keys: str = ""
    _keys_at: float = 0.0  # when the first one was pressed

    @property
    def typing(self) -> bool:
        """A number is being typed."""
        return bool(self._keys)

    def started(self, event: e.CallerStarted, now: float, *, cut_off: bool) -> Iterator[a.Action]:
        """The caller begins to speak; ``cut_off``: the agent, who has been silenced before, had more to say."""
        self.interruptions.began(event.item_id, cut_off=cut_off)
        self.ear.attend(now)
        self._began_at = now
        for line in self.voice.transcript.caller_began(event.item_id, self.ear.stream_ms(event.at_ms)):
            yield a.Record(line)
        self.stopwatch.reset()
        self.timers.clear(Timer.STALL, Timer.LEAD_IN, Timer.FILLER)
        self.timers.set(Timer.SPEECH, now + self.limits.lull_s)
        self.floor.caller_began()

    def finished(self, event: e.CallerFinished, now: float) -> None:
        """The caller's turn is over; the model answers by itself."""
        stopped_ms = self.ear.stream_ms(max(0, event.at_ms - self.limits.silence_ms))
        self.voice.transcript.caller_ended(event.item_id, stopped_ms)
        stopped_at = self.voice.moment(stopped_ms)
        if min(now, stopped_at) >= self.ear.opened_at:
            self.stopwatch.start(stopped_at, now)
        self.ear.relax()
        self.floor.caller_ended()
        self.count += 1
        self.timers.clear(Timer.SPEECH)
        self.patience.expect_answer(now, silent_from=max(stopped_at, self.ear.opened_at))

    def watch_speech(self, now: float) -> Iterator[a.Action]:
        """A turn whose end nobody tells us of: noise, when the line is silent or it has lasted too long for speech."""
        noise_from = min(self.ear.heard_at + self.limits.lull_s, self._began_at + self.limits.speech_s)
        if now < noise_from:
            self.timers.set(Timer.SPEECH, noise_from)
            return
        self.ear.relax()
        self.patience.expect_words(self.ear.heard_at)
        yield from self.interruptions.never_ended(now)

    def place(self, event: e.ItemPlaced) -> Iterator[a.Action]:
        """An item took its place in the conversation."""
        if event.tool_result:
            self.desk.confirm(event.tool_result)
        for line in self.voice.transcript.place(event.item_id, event.after, event.speaker):
            yield a.Record(line)

    def understood(self, event: e.TranscriptArrived, now: float) -> Iterator[a.Action]:
        """The caller's words, at last."""
        self.interruptions.understood(event, now)
        yield a.Record(self.voice.transcript.understood(event.item_id, event.text or ""))
        if event.usage:
            yield a.Record(a.Spent("transcription", event.item_id, event.usage))

    def press(self, digit: str, now: float) -> Iterator[a.Action]:
        """The caller pressed a key; a number is complete with ``#`` or after a pause."""
        if not self._keys:
            self._keys_at = now
        self._keys += digit
        if digit == "#" or len(self._keys) >= MOST_KEYS:
            yield from self.keys_complete()
        else:
            self.timers.set(Timer.KEYS, now + self.limits.keys_s)

    def keys_complete(self) -> Iterator[a.Action]:
        """No further key: the number is the caller's turn."""
        self.timers.clear(Timer.KEYS)
        digits, self._keys = self._keys, ""
        line = self.voice.transcript.add_keys(self.voice.own_id("keys"), digits, at_ms=self.voice.ms(self._keys_at))
        yield a.Record(line)
        if self.ear.open:
            yield from self.memory.tell(line)
        self.floor.owe(a.Respond())
        self.count += 1
