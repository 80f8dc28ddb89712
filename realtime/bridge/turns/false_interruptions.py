"""False interruptions: a cough or a noise that cut the agent off must not leave silence.

Any sound that begins a turn cuts the agent off before its words are known. If it had no words and no response follows
soon, or if it never ends although the line is silent, the agent goes on where it was cut off, once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.turns.response_gate import ResponseGate
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from realtime.bridge.vocabulary.timers import Timer, Timers


@dataclass(slots=True)
class _Interruption:
    item_id: str
    wordless: bool = False  # it is over, and there were no words
    empty: bool = False  # and the transcription worked, so there was nothing to understand


@dataclass(slots=True)
class FalseInterruptions:
    """The latest interruption, as long as it cut the agent off and no response has followed."""

    config: CallConfig
    limits: Limits
    timers: Timers
    agent_audio: AgentAudio
    gate: ResponseGate
    _last: _Interruption | None = None

    def began(self, item_id: str, *, cut_off: bool) -> None:
        """The caller interrupts, perhaps again while an earlier interruption is unresolved."""
        self._last = _Interruption(item_id) if cut_off or self._last else None
        self.timers.clear(Timer.RESUME)

    def answered(self) -> None:
        """A response followed, so the interruption is resolved."""
        self._last = None

    def transcribed(self, event: e.TranscriptArrived, now: float) -> None:
        """The words of the turn that interrupted, or that it had none."""
        if self._last is None or self._last.item_id != event.item_id:
            return
        if event.text and event.text.strip():
            self._last = None
            return
        self._last.wordless, self._last.empty = True, event.text is not None
        self.timers.set(Timer.RESUME, now + self.limits.resume_s)

    def resume(self, now: float) -> Iterator[a.Action]:
        """No response followed a false interruption: go on now, or if the response on its way fails."""
        last = self._last
        if last is None or not last.wordless or self.gate.caller_speaks:
            return
        go_on = a.Respond(self.config.direct_resume)
        if self.gate.active or self.gate.asked:
            self.gate.last_asked = go_on
            return
        if last.empty:
            yield a.Forget(last.item_id)
        yield from self._go_on(go_on, now)

    def never_ended(self, now: float) -> Iterator[a.Action]:
        """A caller's turn had no end, so it was noise: go on."""
        self.gate.caller_speaks = False
        yield from self._go_on(a.Respond(self.config.direct_resume if self._last else None), now)

    def _go_on(self, ask: a.Respond, now: float) -> Iterator[a.Action]:
        self._last = None
        self.gate.answer_due = False
        self.gate.owe(ask)
        yield self.agent_audio.note("resumed", now)
