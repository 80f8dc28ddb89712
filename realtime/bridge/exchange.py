"""The exchange of turns between caller and agent while a model's session lasts: speech, interruptions, tools.

``Exchange`` knows nothing of phases: it says what to do about a turn, and reports in ``trouble`` why this model cannot
go on. The bridge decides what becomes of the call.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from realtime.bridge import actions as a
from realtime.bridge import events as e
from realtime.bridge.audio import KeptSpeech, size
from realtime.bridge.floor import Floor
from realtime.bridge.script import Limits, Script, Utterance
from realtime.bridge.timers import Timer, Timers
from realtime.bridge.tools import TOOK_TOO_LONG, WAS_INTERRUPTED, State, ToolCall, ToolDesk
from realtime.bridge.voice import Voice

FATAL_CODES = frozenset(
    {
        "insufficient_quota",
        "invalid_api_key",
        "account_deactivated",
        "billing_hard_limit_reached",
        "session_expired",
        "model_not_found",
    }
)
MOST_UNSURE = 3  # responses that may begin before a given result is confirmed


@dataclass(slots=True)
class _Turn:
    """The caller's last turn: when he stopped, when the model noticed, when it began to answer."""

    stopped_at: float
    noticed_at: float
    answered_at: float | None = None


class Exchange:
    """Turns, tools and the model's memory of them, for one call; survives the loss of a model's session."""

    def __init__(self, script: Script, limits: Limits, timers: Timers) -> None:
        self.voice = Voice()
        self.floor = Floor()
        self.tools = ToolDesk()
        self.trouble: str | None = None  # why this model cannot go on
        self.listening = False  # the model hears the caller and knows what was said before
        self.caller_turns = 0
        self._script = script
        self._limits = limits
        self._timers = timers
        self._kept = KeptSpeech(limits.kept_speech_s)
        self._listening_since = 0.0
        self._origin_ms: int | None = None  # the stream's time at which the model's audio clock started
        self._turn: _Turn | None = None
        self._keys = ""
        self._unsure = 0  # responses begun since a result was given and not confirmed
        self._told: set[str] = set()  # tool calls that are in this session's conversation
        self._to_forget: set[str] = set()  # unheard items of a response that still runs
        self._own_items = 0
        self._failures = 0
        self._nudged = False

    @property
    def is_quiet(self) -> bool:
        """Nobody speaks or types, nothing runs, and nobody waits for anybody."""
        return self.floor.is_quiet and not self.tools.running and not self._keys

    # --- the model's session ----------------------------------------------------------------------------------------

    def hear(self, event: e.CallerSpoke, now: float) -> list[a.Action]:
        """A frame from the caller: to the model, or kept until it listens."""
        if event.at_ms is not None:
            self.voice.set_clock(event.at_ms, now)
        if self.listening:
            if self._origin_ms is None:
                self._origin_ms = self.voice.ms(now)
            return [a.Listen(event.audio)]
        self._kept.keep(event.audio, self.voice.ms(now))
        return []

    def join(self, now: float) -> Iterator[a.Action]:
        """The model is ready to take part: it learns what was said, then hears what was kept."""
        self.listening = True
        self._listening_since = now
        yield from self._recall()
        kept = self._kept.take()
        if kept:
            self._origin_ms = kept.at_ms
            yield a.Listen(kept.audio)

    def part(self) -> bool:
        """The session is gone, with all it was about to say; True when somebody was waiting for it."""
        waited = self.listening and not self.floor.is_quiet
        self.listening = False
        self._origin_ms = None
        self._told.clear()
        self._to_forget.clear()
        self.floor.forget_session()
        self._timers.clear(Timer.STALL, Timer.SPEECH, Timer.LEAD_IN)
        return waited

    def carry_on(self, now: float) -> Iterator[a.Action]:
        """After every event: give the tools' answers, ask for what is owed, and never wait without a limit."""
        if not self.listening:
            return
        yield from self._give_results()
        ask = None if self.tools.running or self._keys else self.floor.ask()
        if ask:
            yield ask
            self._expect_answer(now)
        if self.floor.waits_for_model and Timer.STALL not in self._timers:
            self._expect_answer(now)

    def _recall(self) -> Iterator[a.Action]:
        yield from self._script.before
        for item_id in self.voice.transcript.walk():
            line, call = self.voice.transcript.get(item_id), self.tools.at(item_id)
            if line and (text := _as_remembered(line)):
                yield a.Remember(item_id, line.speaker, text)
            elif call and call.state in (State.GIVEN, State.KNOWN):
                yield from self._give(call)

    # --- the caller's turns -----------------------------------------------------------------------------------------

    def caller_started(self, event: e.CallerStarted, now: float) -> None:
        """The caller begins to speak (what is playing must be silenced before)."""
        self.voice.transcript.caller_began(event.item_id, self._stream_ms(event.at_ms))
        self._turn = None
        self._timers.clear(Timer.STALL, Timer.LEAD_IN, Timer.FILLER)
        self._timers.set(Timer.SPEECH, now + self._limits.speech_s)
        self.floor.caller_began()

    def caller_finished(self, event: e.CallerFinished, now: float) -> None:
        """The caller's turn is over; the model answers by itself."""
        stopped_ms = self._stream_ms(max(0, event.at_ms - self._limits.silence_ms))
        self.voice.transcript.caller_ended(event.item_id, stopped_ms)
        stopped_at = min(now, self.voice.moment(stopped_ms))
        self._turn = _Turn(stopped_at, now) if stopped_at >= self._listening_since else None
        self.floor.caller_ended()
        self.caller_turns += 1
        self._timers.clear(Timer.SPEECH)
        self._expect_answer(now)

    def caller_never_finished(self) -> None:
        """What was taken for speech has lasted too long to be any."""
        self.floor.caller_speaks = False
        self.floor.owe(a.Respond())

    def place(self, event: e.ItemPlaced) -> Iterator[a.Action]:
        """An item took its place in the conversation."""
        if event.tool_result:
            self.tools.confirm(event.tool_result)
        for line in self.voice.transcript.place(event.item_id, event.after, event.speaker):
            yield a.Record(line)

    def understood(self, event: e.TranscriptArrived) -> Iterator[a.Action]:
        """The caller's words, at last."""
        yield a.Record(self.voice.transcript.understood(event.item_id, event.text or ""))
        if event.usage:
            yield a.Record(a.Spent("transcription", event.item_id, event.usage))

    def press(self, digit: str, now: float) -> Iterator[a.Action]:
        """The caller pressed a key; a number is complete with ``#`` or after a pause."""
        self._keys += digit
        if digit == "#" or len(self._keys) >= 32:
            yield from self.keys_complete(now)
        else:
            self._timers.set(Timer.KEYS, now + self._limits.keys_s)

    def keys_complete(self, now: float) -> Iterator[a.Action]:
        """No further key: the number is the caller's turn."""
        self._timers.clear(Timer.KEYS)
        digits, self._keys = self._keys, ""
        line = self.voice.transcript.add_keys(self._own_id("keys"), digits, at_ms=self.voice.ms(now))
        yield a.Record(line)
        if self.listening:
            yield a.Remember(line.item_id, a.Speaker.CALLER, _as_remembered(line))
        self.floor.owe(a.Respond())
        self.caller_turns += 1

    def fall_silent(self, now: float, *, cancel: bool) -> Iterator[a.Action]:
        """Stop talking at once, and make the model's memory what the caller heard."""
        heard, records = self.voice.silence(now)
        if heard:
            yield a.StopPlayback()
            yield self.note("interrupted", now)
        response = self.floor.active
        running = [] if response is None or response in self.floor.muted else self.floor.items_of(response)
        if response:
            self.floor.muted.add(response)
            if cancel:
                yield a.Cancel(response)
        for item in heard:
            yield from self._unsay(item.item_id, item.ms, whole=item.whole)
        waiting = {item.item_id for item in heard}
        for item_id in running:
            if item_id not in waiting:
                yield from self._unsay(item_id, self.voice.playback.sent_ms(item_id), whole=True)
        yield from records

    def _unsay(self, item_id: str, heard_ms: int, *, whole: bool) -> Iterator[a.Action]:
        if heard_ms and whole and self.voice.is_finished(item_id):
            return
        response = self.floor.items.get(item_id)
        if response is None:
            yield from self._unsay_text(item_id)
        elif heard_ms:
            yield a.Truncate(item_id, heard_ms)
        elif response == self.floor.active:
            self._to_forget.add(item_id)
        else:
            yield a.Forget(item_id)

    def _unsay_text(self, item_id: str) -> Iterator[a.Action]:
        """A line of an earlier session: this one knows it as text, which cannot be truncated."""
        line = self.voice.transcript.get(item_id)
        if line and line.kind is a.Kind.SPEECH and self.listening:
            yield a.Forget(item_id)
            if line.text:
                yield a.Remember(self._own_id("heard"), line.speaker, line.text)

    # --- the agent's turns ------------------------------------------------------------------------------------------

    def response_started(self, response_id: str, now: float) -> Iterator[a.Action]:
        """The model begins to answer: unless nobody wants to hear it now, we wait for its audio."""
        unwanted = self.floor.caller_speaks or self.floor.closed
        self.floor.began(response_id, covers_owed=self._has_all_results())
        if self._turn and self._turn.answered_at is None:
            self._turn.answered_at = now
        self._timers.clear(Timer.LEAD_IN)
        if unwanted:
            self.floor.muted.add(response_id)
            yield a.Cancel(response_id)
        else:
            self._timers.set(Timer.STALL, max(now, self.voice.playback.ends_at) + self._limits.patience_s)

    def speak(self, event: e.AudioArrived, now: float) -> Iterator[a.Action]:
        """A piece of speech: played, unless it belongs to a response the caller has cut off."""
        new = event.item_id not in self.floor.items
        self.floor.items.setdefault(event.item_id, event.response_id)
        if event.response_id in self.floor.muted:
            self.voice.drop(event.item_id, event.audio, now)
            if new:
                yield from self._unsay(event.item_id, 0, whole=False)
        elif size(event.audio):
            if self.voice.begins(event.item_id):
                self._clock_answer(event.item_id, now)
            self.floor.audible.add(event.response_id)
            self._nudged = False
            yield self.voice.speak(event.item_id, event.audio, now)
            self._timers.clear(Timer.FILLER)
            self._timers.set(Timer.STALL, self.voice.playback.ends_at + self._limits.patience_s)

    def write(self, event: e.WordsArrived) -> Iterator[a.Action]:
        """The words of a line, before, with or after its audio."""
        self.floor.items.setdefault(event.item_id, event.response_id)
        for line in self.voice.transcript.write(event.item_id, event.text, complete=event.complete):
            yield a.Record(line)

    def response_ended(self, event: e.ResponseEnded, now: float) -> Iterator[a.Action]:
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
            self._timers.clear(Timer.STALL)
            if not self.tools.running:
                self._timers.clear(Timer.FILLER)
            yield from self._judge(event)

    def _complete(self, item_id: str, now: float, *, muted: bool) -> Iterator[a.Action]:
        yield from self.voice.finish(item_id)
        if muted and self.voice.begins(item_id):
            self.voice.leave_unheard(item_id, now)
            self._to_forget.add(item_id)
        if item_id in self._to_forget:
            self._to_forget.remove(item_id)
            yield a.Forget(item_id)

    def _judge(self, event: e.ResponseEnded) -> Iterator[a.Action]:
        """A failed generation is asked for again; too many in a row, or a fatal one, and this model is done."""
        if event.status == "cancelled":
            if event.reason != "turn_detected":
                self.floor.owe(a.Respond())
            return
        if event.status != "failed" and self._was_an_answer(event.response_id):
            self._failures = 0
            return
        problem = event.error_code or event.reason or "empty"
        yield a.Complaint("response_failed", f"{event.status} {problem}")
        self._failures += 1
        if problem in FATAL_CODES:
            self.trouble = problem
        elif self._failures >= self._limits.failures:
            self.trouble = "generation_failed"
        else:
            self.floor.owe(self.floor.last_asked or a.Respond())

    def _was_an_answer(self, response_id: str) -> bool:
        return response_id in self.floor.audible or self.tools.made_by(response_id)

    def model_erred(self, event: e.ModelErred) -> Iterator[a.Action]:
        """The model refused something; most refusals are harmless."""
        yield a.Complaint("model_error", event.code)
        if event.code in FATAL_CODES:
            self.trouble = event.code
        elif event.code == "conversation_already_has_active_response" and self.floor.asked:
            self.floor.refused()

    def stalled(self, now: float) -> Iterator[a.Action]:
        """An answer that is due does not come: ask once more, then this model is done."""
        if not self.floor.waits_for_model or self.floor.caller_speaks:
            return
        if self._nudged:
            self.trouble = "stalled"
            return
        self._nudged = True
        yield self.note("nudged", now)
        yield from self.fall_silent(now, cancel=True)
        self.floor.give_up()
        self.floor.owe(self.floor.last_asked or a.Respond())

    def fill(self, now: float) -> Iterator[a.Action]:
        """A recorded word into a silence that would last, once for each thing waited for."""
        filler = self._script.filler
        waits = self.floor.waits_for_model or self.tools.running
        if self.voice.playback.is_playing(now):
            self._timers.set(Timer.FILLER, self.voice.playback.ends_at + self._limits.filler_s)
        elif waits and filler and filler.audio and not self.floor.caller_speaks:
            yield from self.voice.recite(self._own_id("filler"), a.Kind.RECORDED, filler, now)

    def _expect_answer(self, now: float) -> None:
        """The model owes something: break the silence when it lasts, and do not wait for ever."""
        silent_from = max(now, self.voice.playback.ends_at)
        self._timers.set(Timer.STALL, silent_from + self._limits.patience_s)
        if Timer.FILLER not in self._timers:
            self._timers.set(Timer.FILLER, silent_from + self._limits.hush_s)

    def _clock_answer(self, item_id: str, now: float) -> None:
        turn, self._turn = self._turn, None
        if turn is None:
            return
        timing = a.Timing(
            endpoint_ms=_ms_between(turn.stopped_at, turn.noticed_at),
            response_ms=None if turn.answered_at is None else _ms_between(turn.stopped_at, turn.answered_at),
            first_audio_ms=_ms_between(turn.stopped_at, now),
        )
        self.voice.time(item_id, timing, turn.stopped_at)

    # --- tools ------------------------------------------------------------------------------------------------------

    def tool_called(self, event: e.ToolCalled, now: float) -> Iterator[a.Action]:
        """The model calls a tool: once per call id, and not on behalf of a response the caller has cut off."""
        due = now + self._limits.tool_s
        call = ToolCall(event.call_id, event.item_id, event.response_id, event.name, event.arguments, due)
        if not self.tools.open(call):
            return
        self._told.add(call.call_id)
        self._nudged = False
        if event.response_id in self.floor.muted:
            self.tools.close(call.call_id, WAS_INTERRUPTED, news=False)
            return
        yield a.RunTool(call.call_id, call.name, call.arguments, self._limits.tool_s)
        self._watch_tools()
        self._timers.set(Timer.FILLER, max(now, self.voice.playback.ends_at) + self._limits.filler_s)

    def tool_returned(self, event: e.ToolReturned) -> ToolCall | None:
        """A tool answered; None when that is no news."""
        call = self.tools.close(event.call_id, event.output, news=event.news, hang_up=event.hang_up)
        self._watch_tools()
        return call

    def tools_overdue(self, now: float) -> Iterator[a.Action]:
        """Tools that are out of time get an answer of ours."""
        for call in self.tools.overdue(now):
            self.tools.close(call.call_id, TOOK_TOO_LONG, news=True)
            yield a.Complaint("tool_too_slow", call.name)
        self._watch_tools()

    def ask_for_goodbye(self, *, unless_said_with: ToolCall | None = None) -> None:
        """The agent shall say goodbye, unless it has spoken when it called the tool that ends the call."""
        if unless_said_with is None or unless_said_with.response_id not in self.floor.audible:
            self.floor.owe(a.Respond(self._script.direct_goodbye, may_use_tools=False))

    def announce_hand_over(self, call: ToolCall, now: float) -> Iterator[a.Action]:
        """A recorded word before the call goes to a person, unless the agent has spoken when it called the tool."""
        word = self._script.hand_over
        if word and word.audio and call.response_id not in self.floor.audible:
            yield from self.recite(word, now)

    def caller_spoke_since(self, call: ToolCall) -> bool:
        """The caller has had, or is having, his say after the model made this call."""
        return self.floor.caller_speaks or self.floor.answer_due or call.response_id in self.floor.muted

    def _watch_tools(self) -> None:
        due = self.tools.next_due
        if due is None:
            self._timers.clear(Timer.TOOL, Timer.FILLER)
        else:
            self._timers.set(Timer.TOOL, due)

    def _give_results(self) -> Iterator[a.Action]:
        """After the response that called: each answer, then one plain wish for words about them."""
        if self.floor.active:
            return
        for call in self.tools.take_results():
            yield from self._give(call)
            if self._needs_words(call):
                self.floor.owe(a.Respond())

    def _has_all_results(self) -> bool:
        """The model had every result when its response began; not asked for ever of one that never confirms."""
        self._unsure = 0 if self.tools.all_known else self._unsure + 1
        if self._unsure > MOST_UNSURE:
            self.tools.confirm_all()
        return self.tools.all_known

    def _needs_words(self, call: ToolCall) -> bool:
        """A result without news needs none when the agent has just asked the caller something."""
        if call.hang_up or call.output == WAS_INTERRUPTED:
            return False
        return call.news or not self._asked_something(call.response_id)

    def _asked_something(self, response_id: str) -> bool:
        asked = (self.voice.transcript.get(item_id) for item_id in self.floor.items_of(response_id))
        return response_id in self.floor.audible and any(
            line is not None and line.generated.rstrip().endswith("?") for line in asked
        )

    def _give(self, call: ToolCall) -> Iterator[a.Action]:
        if call.call_id not in self._told:
            self._told.add(call.call_id)
            yield a.RememberToolCall(call.call_id, call.name, call.arguments)
        yield a.GiveToolResult(call.call_id, call.output)

    # --- small change -----------------------------------------------------------------------------------------------

    def note(self, what: str, now: float, **data: object) -> a.Record:
        """A fact for the call's timeline."""
        return a.Record(a.Note(what, self.voice.ms(now), data))

    def recite(self, line: Utterance, now: float) -> Iterator[a.Action]:
        """Play a recorded word of the house."""
        yield from self.voice.recite(self._own_id("word"), a.Kind.RECORDED, line, now)

    def _own_id(self, kind: str) -> str:
        self._own_items += 1
        return f"{self._script.ids}{kind}-{self._own_items}"

    def _stream_ms(self, session_ms: int) -> int:
        return (self._origin_ms or 0) + session_ms


def _as_remembered(line: a.Line) -> str:
    """What the model shall know of a line; of a recorded "one moment" nothing."""
    if line.kind is a.Kind.RECORDED:
        return ""
    if line.kind is a.Kind.KEYS:
        return f"[The caller pressed {line.text} on the keypad.]"
    return line.text or ("" if line.settled else line.generated)


def _ms_between(start: float, end: float) -> int:
    return max(0, round((end - start) * 1000))
