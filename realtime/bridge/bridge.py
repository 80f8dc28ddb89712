"""The bridge: every decision about one phone call between a carrier's media stream and a voice-to-voice model.

`handle(event, now)` takes what happened and returns what to do, in order; `deadline` says when to call
`handle_deadline(now)` if nothing happens before. `docs/bridge.md` is the theory of operation. `now` is any
clock in seconds that only goes forward.
"""

from collections.abc import Generator, Iterator
from enum import Enum, auto

from realtime.bridge.liveness import Liveness
from realtime.bridge.opening import Opening, OpeningState
from realtime.bridge.turns.conversation import Conversation
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase
from realtime.bridge.vocabulary.timers import Timer, Timers

PCMU = "audio/pcmu"


class Phase(Enum):
    """Where the call stands."""

    WAITING = auto()  # no stream yet
    OPENING = auto()  # the disclosure is playing, the model is getting ready
    TALKING = auto()
    LEAVING = auto()  # the caller is still hearing the last words
    OVER = auto()


HEARING = (Phase.OPENING, Phase.TALKING, Phase.LEAVING)


class ModelState(Enum):
    """Where the model's session stands."""

    CONNECTING = auto()
    READY = auto()
    LOST = auto()


class Bridge:
    """Decides everything about one call. It owns no socket, reads no clock and waits for nothing."""

    def __init__(self, config: CallConfig | None = None, limits: Limits | None = None) -> None:
        self.phase = Phase.WAITING
        self.model = ModelState.CONNECTING
        self._config = config or CallConfig()
        self._limits = limits or Limits()
        self._timers = Timers()
        self._conversation = Conversation(self._config, self._limits, self._timers)
        self._caller_audio = self._conversation.caller_audio
        self._liveness = Liveness(self._limits, self._timers, self._caller_audio)
        self._opening = Opening(self._config, self._limits, self._timers, self._conversation)
        self._last_frame = 0.0
        self._reconnects = 0
        self._reprompts = 0
        self._turns_at_reprompt = 0
        self._said_goodbye = False
        self._lost_because = "model_lost"
        self._leaving: a.FallBack | a.Finish = a.Finish("goodbye")  # how to end once all is said
        self._may_stay = True  # speaking into the goodbye keeps the call

    @property
    def deadline(self) -> float | None:
        """When `handle_deadline` is due; None when only an event can move the call."""
        return self._timers.deadline

    def handle(self, event: e.Event, now: float) -> list[a.Action]:
        """The actions that follow from an event, in the order to perform them."""
        if isinstance(event, e.CallerSpoke):
            return self._caller_spoke(event, now)
        if self.phase is Phase.OVER:
            return []
        return [*self._react(event, now), *self._after_event(now)]

    def receive_audio(self, sound: str, at_ms: int | None, now: float) -> str:
        """Hot path, 50 times a second: return the audio of a caller's frame to forward to the model now, or ""."""
        self._last_frame = now
        return self._caller_audio.receive(sound, at_ms, now) if self.phase in HEARING else ""

    def handle_deadline(self, now: float) -> list[a.Action]:
        """The actions that follow from every timer that is overdue."""
        actions: list[a.Action] = []
        while timer := self._timers.take_due(now):
            actions += self._timer_due(timer, now)
            actions += self._after_event(now)
        return actions

    # --- what happens -----------------------------------------------------------------------------------------------

    def _caller_spoke(self, event: e.CallerSpoke, now: float) -> list[a.Action]:
        if self.phase is Phase.WAITING:
            return [a.Complaint("media_before_start")]
        sound = self.receive_audio(event.audio, event.at_ms, now)
        return [a.Listen(sound)] if sound else []

    def _react(self, event: e.Move, now: float) -> Iterator[a.Action]:
        match event:
            case e.StreamConnected():
                if self.phase is Phase.WAITING:
                    self._timers.set(Timer.START, now + self._limits.start_s)
            case e.StreamStarted():
                yield from self._start(event, now)
            case e.MarkEchoed(mark):
                yield from self._conversation.agent_audio.mark_echoed(mark, now)
            case e.KeyPressed(digit):
                yield from self._key_pressed(digit, now)
            case e.StreamStopped():
                yield from self._end(a.Finish("hung_up"), now)
            case e.ToolReturned():
                yield from self._tool_returned(event, now)
            case e.StepDownAsked(reason):
                yield from self._step_down(reason, now)
            case e.LeaveAsked(reason, last_word):
                yield from self._leave_at_once(reason, last_word, now)
            case e.QuestionAsked(words):
                yield from self._ask_first(words, now)
            case e.Unintelligible(peer, problem):
                yield a.Complaint(f"unintelligible_{peer}", problem)
            case _ if self.model is not ModelState.LOST:
                yield from self._react_to_model(event, now)

    def _react_to_model(self, event: e.ModelEvent, now: float) -> Iterator[a.Action]:
        self._liveness.heard_from_model()
        match event:
            case e.AudioArrived():
                yield from self._conversation.agent_responses.audio_arrived(event, now)
            case e.WordsArrived():
                yield from self._conversation.agent_responses.words_arrived(event)
            case e.AudioEnded(item_id):
                yield from self._conversation.agent_audio.finish(item_id)
            case e.CallerStarted():
                cut_off = yield from self._interrupt_agent(now, cancel=not self._limits.model_interrupts)
                yield from self._conversation.caller_turns.started(event, now, cut_off=cut_off)
            case e.CallerFinished():
                self._conversation.caller_turns.finished(event, now)
            case e.ItemPlaced():
                yield from self._conversation.caller_turns.place(event)
            case e.TranscriptArrived():
                yield from self._conversation.caller_turns.transcribed(event, now)
            case e.ResponseStarted(response_id):
                yield from self._conversation.agent_responses.started(response_id, now)
            case e.ResponseEnded():
                yield from self._conversation.agent_responses.ended(event, now)
            case e.ToolCalled():
                yield from self._conversation.tool_turns.called(event, now)
            case e.ModelConnected():
                yield a.Configure()
            case e.ModelReady():
                yield from self._model_ready(event, now)
            case e.ModelLost(reason):
                yield from self._model_lost(reason, now)
            case _:
                yield a.Complaint("model_error", event.code)
                self._conversation.timeouts.model_erred(event.code)

    def _timer_due(self, timer: Timer, now: float) -> Iterator[a.Action]:
        match timer:
            case Timer.START:
                yield from self._end(a.Finish("never_started"), now)
            case Timer.OPENING:
                yield from self._opening_ended(now, proved=False)
            case Timer.MODEL:
                yield from self._step_down("model_not_ready", now)
            case Timer.OUTAGE:
                yield from self._step_down(self._lost_because, now)
            case Timer.RECONNECT:
                yield a.Reconnect()
            case Timer.LEAD_IN:
                if self._conversation.is_quiet:
                    self._conversation.gate.owe(a.Respond())
            case Timer.LIVENESS:
                yield from self._check_liveness(now)
            case Timer.STALL:
                yield from self._conversation.stalled(now)
            case Timer.CALLER_TURN:
                yield from self._conversation.caller_turns.watch_speech(now)
            case Timer.RESUME:
                yield from self._conversation.false_interruptions.resume(now)
            case Timer.IDLE:
                yield from self._nobody_speaks(now)
            case Timer.FILLER:
                yield from self._conversation.timeouts.play_filler(now)
            case Timer.TOOL:
                yield from self._conversation.tool_turns.overdue(now)
            case Timer.KEYS:
                yield from self._conversation.caller_turns.keys_complete()
            case Timer.MEDIA:
                yield from self._watch_media(now)
            case Timer.WRAP_UP:
                self._say_goodbye("max_duration")
            case Timer.LIMIT:
                yield from self._end(a.Finish("max_duration"), now)
            case _:  # DRAIN: the last mark did not come back
                yield from self._end(self._leaving, now)

    def _after_event(self, now: float) -> Iterator[a.Action]:
        """Runs after every event: step down if the model cannot go on, give the next turn, leave when all is said."""
        if self.phase is Phase.OVER:
            return
        if self._conversation.timeouts.trouble:
            yield from self._step_down(self._conversation.timeouts.trouble, now)
        yield from self._watch_opening(now)
        yield from self._conversation.after_event(now)
        if self.phase is Phase.LEAVING:
            yield from self._leave_when_said(now)
        self._watch_silence(now)

    # --- opening ----------------------------------------------------------------------------------------------------

    def _start(self, event: e.StreamStarted, now: float) -> Iterator[a.Action]:
        if self.phase is not Phase.WAITING:
            yield a.Complaint("second_start")
            return
        self.phase = Phase.OPENING
        self._last_frame = now
        self._conversation.agent_audio.start_clock(now)
        self._timers.clear(Timer.START)
        self._timers.set(Timer.MEDIA, now + self._limits.media_s)
        self._timers.set(Timer.WRAP_UP, now + self._limits.call_s - self._limits.wrap_up_s)
        self._timers.set(Timer.LIMIT, now + self._limits.call_s)
        if not event.is_mulaw:
            yield from self._step_down("media_format", now)
            return
        yield from self._opening.begin(now)
        yield from self._join(now)
        if self.model is ModelState.LOST:
            yield from self._step_down(self._lost_because, now)
        elif self.model is ModelState.CONNECTING:
            self._await_model(now)

    def _await_model(self, now: float) -> None:
        """Give the model until the opening has been heard, and a little longer."""
        self._timers.set(Timer.MODEL, max(now, self._conversation.agent_audio.playback.ends_at) + self._limits.model_s)

    def _watch_opening(self, now: float) -> Iterator[a.Action]:
        model_speaks = self.phase is Phase.OPENING and self.model is ModelState.READY
        state = yield from self._opening.watch(now, model_speaks=model_speaks)
        if state is OpeningState.HEARD:
            yield from self._opening_ended(now, proved=True)
        elif state is OpeningState.NOT_SAID:
            yield from self._step_down("opening_not_said", now)

    def _opening_ended(self, now: float, *, proved: bool) -> Iterator[a.Action]:
        if (yield from self._opening.ended(now, proved=proved)):
            yield from self._join(now)

    def _model_ready(self, event: e.ModelReady, now: float) -> Iterator[a.Action]:
        if self.model is ModelState.READY:
            return
        if (event.input_format, event.output_format) != (PCMU, PCMU):
            yield from self._step_down("model_format", now)
            return
        self.model = ModelState.READY
        self._timers.clear(Timer.MODEL, Timer.OUTAGE)
        yield self._conversation.agent_audio.note("model_ready", now)
        yield from self._join(now)

    def _join(self, now: float) -> Iterator[a.Action]:
        """Begin the conversation, or continue it in a new session, once both the model and the opening are ready."""
        if self.model is not ModelState.READY:
            return
        if not self._opening.over:
            if self.phase is Phase.OPENING:
                self._opening.ask_model_to_say_it()
            return
        yield from self._conversation.model_joined(now)
        if self.phase is Phase.OPENING:
            self.phase = Phase.TALKING
            if not self._config.opening_asks:
                self._timers.set(Timer.LEAD_IN, now + self._limits.lead_in_s)

    # --- interruptions ----------------------------------------------------------------------------------------------

    def _interrupt_agent(self, now: float, *, cancel: bool) -> Generator[a.Action, None, bool]:
        """Stop talking as the caller spoke or pressed a key, and stay if we were about to leave; True if cut off."""
        if not self._may_stay or self.phase is Phase.OPENING:
            return False
        if self.phase is Phase.LEAVING:
            self.phase = Phase.TALKING
            self._timers.clear(Timer.DRAIN)
            yield self._conversation.agent_audio.note("hang_up_canceled", now)
        return (yield from self._conversation.agent_responses.stop_speaking(now, cancel=cancel))

    def _key_pressed(self, digit: str, now: float) -> Iterator[a.Action]:
        if self.phase is Phase.WAITING:
            yield a.Complaint("key_before_start")
        elif self._may_stay:
            if self._caller_audio.forwarding:
                yield from self._interrupt_agent(now, cancel=True)
            yield from self._conversation.caller_turns.key_pressed(digit, now)

    def _tool_returned(self, event: e.ToolReturned, now: float) -> Iterator[a.Action]:
        call = self._conversation.tool_turns.returned(event)
        if call is None:
            yield a.Complaint("tool_result_ignored")
        elif event.hang_up and self.phase is Phase.TALKING:
            self._said_goodbye = True
            if not self._conversation.tool_turns.caller_spoke_since(call):
                self._conversation.ask_for_goodbye(unless_said_with=call)
                self._leave(a.Finish("goodbye"), may_stay=True)
        elif event.hand_over and self.phase is Phase.TALKING:
            yield from self._conversation.announce_hand_over(call, now)
            self._leave(a.FallBack("transfer"), may_stay=False)

    def _ask_first(self, words: str, now: float) -> Iterator[a.Action]:
        """Have a question asked in place of what the agent says; not where the call is ending or has not begun."""
        if self.phase is Phase.TALKING:
            yield from self._conversation.agent_responses.stop_speaking(now, cancel=True)
            direction = self._config.direct_question.format(text=words)
            self._conversation.gate.owe(a.Respond(direction, may_use_tools=False))

    # --- trouble with the model -------------------------------------------------------------------------------------

    def _model_lost(self, reason: str, now: float) -> Iterator[a.Action]:
        if self.phase is Phase.LEAVING or self._reconnects >= self._limits.reconnects:
            yield from self._step_down(reason, now)
            return
        self._reconnects += 1
        self._lost_because = reason
        failed_again, self.model = self.model is ModelState.CONNECTING, ModelState.CONNECTING
        if self._conversation.model_left():
            self._conversation.gate.owe(a.Respond())
            self._conversation.timeouts.expect_words(now)
        if self.phase is Phase.OPENING:
            self._await_model(now)
        elif Timer.OUTAGE not in self._timers:
            self._timers.set(Timer.OUTAGE, now + self._limits.reconnect_s)
        yield self._conversation.agent_audio.note("reconnecting", now, reason=reason)
        if failed_again:
            self._timers.set(Timer.RECONNECT, now + self._limits.reconnect_pause_s)
        else:
            yield a.Reconnect()

    def _check_liveness(self, now: float) -> Iterator[a.Action]:
        """Probe a session that does not notice the caller, and replace one that does not answer the probe."""
        if self._liveness.should_probe(now):
            yield a.Probe()
        elif self._liveness.is_dead:
            self._conversation.gate.owe(a.Respond(self._config.direct_repeat))
            self._conversation.timeouts.expect_words(self._caller_audio.last_sound_at)
            yield from self._model_lost("mute", now)

    def _step_down(self, reason: str, now: float) -> Iterator[a.Action]:
        """Give the model up. The call goes to the next engine once the caller has heard what was said."""
        self.model = ModelState.LOST
        self._lost_because = reason
        self._timers.clear(Timer.RECONNECT)
        self._conversation.model_left()
        self._conversation.gate.close()
        if self.phase in (Phase.WAITING, Phase.LEAVING):
            return
        yield self._conversation.agent_audio.note("stepping_down", now, reason=reason)
        self._leave(a.FallBack(reason), may_stay=False)

    # --- endings ----------------------------------------------------------------------------------------------------

    def _say_goodbye(self, reason: str) -> None:
        if self.phase is Phase.TALKING:
            self._said_goodbye = True
            self._conversation.ask_for_goodbye()
            self._leave(a.Finish(reason), may_stay=True)

    def _leave_at_once(self, reason: str, last_word: Phrase | None, now: float) -> Iterator[a.Action]:
        yield from self._conversation.agent_responses.stop_speaking(now, cancel=True)
        self._timers.clear(Timer.OPENING)
        self._leave(a.Finish(reason), may_stay=False)
        if last_word:
            yield from self._conversation.agent_audio.play_phrase(last_word, now)

    def _leave(self, action: a.FallBack | a.Finish, *, may_stay: bool) -> None:
        self.phase, self._leaving, self._may_stay = Phase.LEAVING, action, may_stay
        if not may_stay:
            self._conversation.gate.close()
        self._timers.clear(Timer.LEAD_IN, Timer.IDLE, Timer.FILLER, Timer.WRAP_UP, Timer.DRAIN)

    def _leave_when_said(self, now: float) -> Iterator[a.Action]:
        """End the call once nothing is left to be said and the caller has heard it all."""
        gate = self._conversation.gate
        if gate.has_more_to_say or (self._may_stay and not self._conversation.is_quiet):
            self._timers.clear(Timer.DRAIN)
        elif self._conversation.agent_audio.playback.drained:
            yield from self._end(self._leaving, now)
        elif Timer.DRAIN not in self._timers:
            self._timers.set(Timer.DRAIN, self._conversation.agent_audio.playback.ends_at + self._limits.drain_s)

    def _end(self, action: a.FallBack | a.Finish, now: float) -> Iterator[a.Action]:
        self.phase = Phase.OVER
        self._timers.clear()
        self._conversation.model_left()
        yield from self._conversation.agent_audio.close(now)
        yield action

    # --- silence ----------------------------------------------------------------------------------------------------

    def _watch_silence(self, now: float) -> None:
        talking = self.phase is Phase.TALKING and self._caller_audio.forwarding
        if not talking or not self._conversation.is_quiet:
            self._timers.clear(Timer.IDLE)
            return
        self._liveness.watch(now)
        if Timer.IDLE not in self._timers and Timer.LEAD_IN not in self._timers:
            self._timers.set(
                Timer.IDLE, max(now, self._conversation.agent_audio.playback.ends_at) + self._limits.reprompt_s
            )

    def _nobody_speaks(self, now: float) -> Iterator[a.Action]:
        if self._conversation.caller_turns.count > self._turns_at_reprompt:
            self._turns_at_reprompt, self._reprompts = self._conversation.caller_turns.count, 0
        if self._said_goodbye:
            self._leave(a.Finish("goodbye"), may_stay=True)
        elif self._reprompts >= self._limits.reprompts:
            self._say_goodbye("silence")
        else:
            self._reprompts += 1
            yield self._conversation.agent_audio.note("reprompted", now, count=self._reprompts)
            self._conversation.gate.owe(a.Respond(self._config.direct_reprompt, may_use_tools=False))

    def _watch_media(self, now: float) -> Iterator[a.Action]:
        overdue = self._last_frame + self._limits.media_s
        if overdue <= now:
            yield from self._end(a.Finish("no_media"), now)
        else:
            self._timers.set(Timer.MEDIA, overdue)
