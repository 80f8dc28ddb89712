"""Response timeouts: how long and how often the model is waited for before the call goes to the next engine."""

from collections.abc import Iterator
from dataclasses import dataclass

from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.turns.response_gate import ResponseGate
from realtime.bridge.turns.tool_calls import ToolCalls
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.actions import Respond
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from realtime.bridge.vocabulary.timers import Timer, Timers

# Errors a new session would meet too. An expired session (60 minutes) is not one: it closes, and is replaced.
FATAL_CODES = frozenset(
    {
        "insufficient_quota",
        "invalid_api_key",
        "account_deactivated",
        "billing_hard_limit_reached",
        "model_not_found",
    }
)


@dataclass(slots=True)
class ResponseTimeouts:
    """Waits for what the model owes. `trouble` says why it cannot go on."""

    config: CallConfig
    limits: Limits
    timers: Timers
    agent_audio: AgentAudio
    gate: ResponseGate
    tool_calls: ToolCalls
    trouble: str | None = None
    _failures: int = 0
    _nudged: bool = False

    def expect_answer(self, now: float, *, silent_from: float | None = None) -> None:
        """A response is due: set the stall timer, and play a phrase if the silence lasts."""
        self.timers.set(Timer.STALL, max(now, self.agent_audio.playback.ends_at) + self.limits.answer_s)
        self.expect_words(now if silent_from is None else silent_from)

    def expect_words(self, silent_from: float) -> None:
        """Set the timer for a phrase: the caller waits, and has heard nobody since then or what plays now."""
        if Timer.FILLER not in self.timers:
            self.timers.set(
                Timer.FILLER, max(silent_from, self.agent_audio.playback.ends_at) + self.limits.silence_filler_s
            )

    def model_active(self) -> None:
        """The model sent something, so the next stall is a first one again."""
        self._nudged = False

    def may_nudge(self) -> bool:
        """Whether to ask once more for a response that does not come; the second time it is trouble."""
        if self._nudged:
            self.trouble = "stalled"
            return False
        self._nudged = True
        return True

    def succeeded(self) -> None:
        """The model gave an answer."""
        self._failures = 0

    def failed(self, problem: str, *, again: Respond | None = None) -> None:
        """A response failed: ask again, or for `again`, unless the problem is fatal or the limit is reached."""
        self._failures += 1
        if problem in FATAL_CODES:
            self.trouble = problem
        elif self._failures >= self.limits.failures:
            self.trouble = "generation_failed"
        elif again:
            self.gate.owe(again)
        else:
            self.gate.owe_again()

    def cut_short(self) -> None:
        """A response ended in the middle: have it gone on with, unless that happens time and again."""
        self.failed("cut_short", again=Respond(self.config.direct_finish))

    def model_erred(self, code: str) -> None:
        """The model refused something; most refusals are harmless."""
        if code in FATAL_CODES:
            self.trouble = code
        elif code == "conversation_already_has_active_response" and self.gate.asked:
            self.gate.refused()

    def play_filler(self, now: float) -> Iterator[a.Action]:
        """Play a recorded phrase into a silence that would last, and again while it lasts."""
        filler = self.config.filler
        waits = self.gate.waits_for_model or self.gate.owed or self.tool_calls.running
        if self.agent_audio.playback.is_playing(now):
            self.timers.set(Timer.FILLER, self.agent_audio.playback.ends_at + self.limits.tool_filler_s)
        elif waits and filler and filler.audio and not self.gate.caller_speaks:
            yield from self.agent_audio.play_recording(self.agent_audio.new_id("filler"), a.Kind.RECORDED, filler, now)
            self.timers.set(Timer.FILLER, self.agent_audio.playback.ends_at + self.limits.silence_filler_s)
