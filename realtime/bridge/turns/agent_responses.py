"""The agent's turns: the model's responses, their sound and words, and how they are cut off."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from realtime.bridge.audio.mulaw import size
from realtime.bridge.transcript.agent_audio import Voice
from realtime.bridge.turns.false_interruptions import Interruptions
from realtime.bridge.turns.model_context import Memory
from realtime.bridge.turns.response_gate import Floor
from realtime.bridge.turns.response_latency import Stopwatch
from realtime.bridge.turns.response_timeouts import Patience
from realtime.bridge.turns.tool_turns import Errands
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits
from realtime.bridge.vocabulary.timers import Timer, Timers


@dataclass(slots=True)
class Answers:
    """What the model says, from the first sign of a response to its end."""

    limits: Limits
    timers: Timers
    voice: Voice
    floor: Floor
    memory: Memory
    errands: Errands
    patience: Patience
    stopwatch: Stopwatch
    interruptions: Interruptions

    def started(self, response_id: str, now: float) -> Iterator[a.Action]:
        """The model begins to answer: unless nobody wants to hear it now, we wait for its audio."""
        unwanted = self.floor.caller_speaks or self.floor.closed
        self.floor.began(response_id, covers_owed=self.errands.all_results_known())
        self.stopwatch.response_began(now)
        self.timers.clear(Timer.LEAD_IN)
        if unwanted:
            self.floor.muted.add(response_id)
            yield a.Cancel(response_id)
        else:
            self.timers.set(Timer.STALL, max(now, self.voice.playback.ends_at) + self.limits.patience_s)

    def speak(self, event: e.AudioArrived, now: float) -> Iterator[a.Action]:
        """A piece of speech: played, unless it belongs to a response the caller has cut off."""
        new = event.item_id not in self.floor.items
        self.floor.items.setdefault(event.item_id, event.response_id)
        if event.response_id in self.floor.muted:
            self.voice.drop(event.item_id, event.audio, now)
            if new:
                yield from self.memory.unsay(event.item_id, 0, whole=False)
        elif size(event.audio):
            if self.voice.begins(event.item_id):
                yield from self.voice.begin(event.item_id, now, self.stopwatch.first_sound(now))
            self.floor.audible.add(event.response_id)
            self.patience.moved()
            self.interruptions.answered()
            yield self.voice.speak(event.item_id, event.audio, now)
            self.timers.set(Timer.FILLER, self.voice.playback.ends_at + self.limits.hush_s)
            self.timers.set(Timer.STALL, self.voice.playback.ends_at + self.limits.patience_s)

    def write(self, event: e.WordsArrived) -> Iterator[a.Action]:
        """The words of a line, before, with or after its audio."""
        self.floor.items.setdefault(event.item_id, event.response_id)
        for line in self.voice.transcript.write(event.item_id, event.text, complete=event.complete):
            yield a.Record(line)

    def ended(self, event: e.ResponseEnded, now: float) -> Iterator[a.Action]:
        """The response is over; was it an answer?"""
        if event.response_id in self.floor.over:
            return
        was_active = self.floor.ended(event.response_id)
        muted = event.response_id in self.floor.muted
        if event.usage:
            yield a.Record(a.Spent("response", event.response_id, event.usage))
        for item_id in self.floor.items_of(event.response_id):
            yield from self._complete(item_id, now, muted=muted)
        if was_active and not muted:
            self.timers.clear(Timer.STALL)
            if not self.errands.running:
                self.timers.clear(Timer.FILLER)
            yield from self._judge(event)

    def fall_silent(self, now: float, *, cancel: bool) -> Generator[a.Action, None, bool]:
        """Stop talking at once, and make the model's memory what the caller heard; True if this cut anything off."""
        cut_off = self.floor.is_the_agents
        heard, records = self.voice.silence(now)
        if heard:
            yield a.StopPlayback()
            yield self.voice.note("interrupted", now)
        running = self._mute_active()
        self.floor.mute_items(item.item_id for item in heard)
        if cancel and self.floor.active:
            yield a.Cancel(self.floor.active)
        for item in heard:
            yield from self.memory.unsay(item.item_id, item.ms, whole=item.whole)
        waiting = {item.item_id for item in heard}
        for item_id in running:
            if item_id not in waiting:
                yield from self.memory.unsay(item_id, self.voice.playback.sent_ms(item_id), whole=True)
        yield from records
        return cut_off or not all(item.whole for item in heard)

    def _mute_active(self) -> list[str]:
        """Nothing more of the running response shall be heard; returns its items, the first time."""
        response = self.floor.active
        if response is None or response in self.floor.muted:
            return []
        self.floor.muted.add(response)
        return self.floor.items_of(response)

    def _complete(self, item_id: str, now: float, *, muted: bool) -> Iterator[a.Action]:
        yield from self.voice.finish(item_id)
        if muted and self.voice.begins(item_id):
            self.voice.leave_unheard(item_id, now)
            self.memory.unsay_late(item_id)
        yield from self.memory.response_over(item_id)

    def _judge(self, event: e.ResponseEnded) -> Iterator[a.Action]:
        """A failed generation is asked for again; too many in a row, or a fatal one, and this model is done."""
        if event.status == "cancelled":
            if event.reason != "turn_detected":
                self.floor.owe(a.Respond())
        elif event.status != "failed" and self._was_an_answer(event.response_id):
            self.patience.succeeded()
        else:
            problem = event.error_code or event.reason or "empty"
            yield a.Complaint("response_failed", f"{event.status} {problem}")
            self.patience.failed(problem)

    def _was_an_answer(self, response_id: str) -> bool:
        return response_id in self.floor.audible or self.errands.made_by(response_id)
