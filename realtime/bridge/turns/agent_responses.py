"""The agent's turns: the model's responses, their audio and words, and how they are cut off."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from realtime.bridge.audio.mulaw import size
from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.turns.false_interruptions import FalseInterruptions
from realtime.bridge.turns.model_context import ModelContext
from realtime.bridge.turns.response_gate import ResponseGate
from realtime.bridge.turns.response_latency import ResponseLatency
from realtime.bridge.turns.response_timeouts import ResponseTimeouts
from realtime.bridge.turns.tool_turns import ToolTurns
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits
from realtime.bridge.vocabulary.timers import Timer, Timers


@dataclass(slots=True)
class AgentResponses:
    """The model's responses, from their start to their end."""

    limits: Limits
    timers: Timers
    agent_audio: AgentAudio
    gate: ResponseGate
    context: ModelContext
    tool_turns: ToolTurns
    timeouts: ResponseTimeouts
    latency: ResponseLatency
    false_interruptions: FalseInterruptions

    def started(self, response_id: str, now: float) -> Iterator[a.Action]:
        """The model begins a response: wait for its audio, or cancel it if the caller speaks or we are leaving."""
        unwanted = self.gate.caller_speaks or self.gate.closed
        self.gate.began(response_id, covers_owed=self.tool_turns.all_results_known())
        self.latency.response_began(now)
        self.timers.clear(Timer.LEAD_IN)
        if unwanted:
            self.gate.muted.add(response_id)
            yield a.Cancel(response_id)
        else:
            self.timers.set(Timer.STALL, max(now, self.agent_audio.playback.ends_at) + self.limits.answer_s)

    def audio_arrived(self, event: e.AudioArrived, now: float) -> Iterator[a.Action]:
        """Play a piece of speech, unless it belongs to a response the caller has cut off."""
        new = event.item_id not in self.gate.items
        self.gate.items.setdefault(event.item_id, event.response_id)
        if event.response_id in self.gate.muted:
            self.agent_audio.drop(event.item_id, event.audio, now)
            if new:
                yield from self.context.cut_off(event.item_id, 0, whole=False)
        elif size(event.audio):
            if self.agent_audio.is_unsent(event.item_id):
                yield from self.agent_audio.begin_item(event.item_id, now, self.latency.first_sound(now))
            self.gate.audible.add(event.response_id)
            self.timeouts.model_active()
            self.false_interruptions.answered()
            yield self.agent_audio.play(event.item_id, event.audio, now)
            self.timers.set(Timer.FILLER, self.agent_audio.playback.ends_at + self.limits.silence_filler_s)
            self.timers.set(Timer.STALL, self.agent_audio.playback.ends_at + self.limits.answer_s)

    def words_arrived(self, event: e.WordsArrived) -> Iterator[a.Action]:
        """The words of a line, before, with or after its audio."""
        self.gate.items.setdefault(event.item_id, event.response_id)
        for line in self.agent_audio.transcript.add_words(event.item_id, event.text, complete=event.complete):
            yield a.Record(line)

    def ended(self, event: e.ResponseEnded, now: float) -> Iterator[a.Action]:
        """The response is over: settle its items, and ask again if it was no answer."""
        if event.response_id in self.gate.over:
            return
        was_active = self.gate.ended(event.response_id)
        muted = event.response_id in self.gate.muted
        if event.usage:
            yield a.Record(a.Spent("response", event.response_id, event.usage))
        for item_id in self.gate.items_of(event.response_id):
            yield from self._complete(item_id, now, muted=muted)
        if was_active and not muted:
            self.timers.clear(Timer.STALL)
            if not self.tool_turns.running:
                self.timers.clear(Timer.FILLER)
            yield from self._check_answer(event, now)

    def stop_speaking(self, now: float, *, cancel: bool) -> Generator[a.Action, None, bool]:
        """Stop playing, and cut the model's context to what the caller heard; True if this cut anything off."""
        cut_off = self.gate.agent_has_turn
        heard, records = self.agent_audio.stop(now)
        if heard:
            yield a.StopPlayback()
            yield self.agent_audio.note("interrupted", now)
        running = self._mute_active()
        self.gate.mute_items(item.item_id for item in heard)
        if cancel and self.gate.active:
            yield a.Cancel(self.gate.active)
        for item in heard:
            yield from self.context.cut_off(item.item_id, item.ms, whole=item.whole)
        waiting = {item.item_id for item in heard}
        for item_id in running:
            if item_id not in waiting:
                yield from self.context.cut_off(item_id, self.agent_audio.playback.sent_ms(item_id), whole=True)
        yield from records
        return cut_off or not all(item.whole for item in heard)

    def _mute_active(self) -> list[str]:
        """Mute the running response; returns its items the first time."""
        response = self.gate.active
        if response is None or response in self.gate.muted:
            return []
        self.gate.muted.add(response)
        return self.gate.items_of(response)

    def _complete(self, item_id: str, now: float, *, muted: bool) -> Iterator[a.Action]:
        yield from self.agent_audio.finish(item_id)
        if muted and self.agent_audio.is_unsent(item_id):
            self.agent_audio.leave_unheard(item_id, now)
            self.context.delete_later(item_id)
        yield from self.context.response_over(item_id)

    def _check_answer(self, event: e.ResponseEnded, now: float) -> Iterator[a.Action]:
        """Ask again for a failed response; after too many in a row, or a fatal one, the model is given up.

        One that was cut short (its limit of tokens, a filter) is gone on with: nobody is left with half a sentence.
        """
        if event.status == "cancelled":
            if event.reason != "turn_detected":
                self.gate.owe(a.Respond())
        elif event.status == "incomplete" and event.response_id in self.gate.audible:
            yield self.agent_audio.note("answer_cut_short", now, reason=event.reason)
            if not self.tool_turns.made_by(event.response_id):
                self.timeouts.cut_short()
        elif event.status != "failed" and self._was_an_answer(event.response_id):
            self.timeouts.succeeded()
        else:
            problem = event.error_code or event.reason or "empty"
            yield a.Complaint("response_failed", f"{event.status} {problem}")
            self.timeouts.failed(problem)

    def _was_an_answer(self, response_id: str) -> bool:
        return response_id in self.gate.audible or self.tool_turns.made_by(response_id)
