"""Whatever happens, in whatever order: what must be true of every call.

Hypothesis plays the carrier, the model, the caller and the tools in virtual time and looks for a story in which one
of the properties fails. The derandomised search of this file is the one that runs with every commit.
"""

import base64
import os
from collections import Counter
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import Phase as SearchPhase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from realtime.bridge.audio.echo import HOLD_S
from realtime.bridge.bridge import Bridge, Phase
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase
from tests.realtime.bridge.driver import FILLER, OPENING, START, noise, sound
from tests.realtime.bridge.simulators import PIECE_MS, SimulatedCarrier, SimulatedModel, Sound

HEARD = st.sampled_from([0.0, 0.07, 0.33, 0.5, 0.91, 1.7])
RARELY = st.integers(0, 19).map(lambda n: n == 0)
SETTLE_SECONDS = 20.0
VOICE = noise(20)
ECHO = base64.b64encode(b"\xc0" * 160).decode()  # 25 dB below what the simulated agent says
TOLERANCE_MS = 20
UNSPOKEN = Phrase("w01 w02 w03 w04")  # the voice is down: the model has to say it, and does when it says enough


class Call(RuleBasedStateMachine):
    """One phone call."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.numbers = count(1)
        self.sounds: dict[str, Sound] = {}
        self.done: list[a.Action] = []
        self.marks: set[str] = set()
        self.lines: dict[str, a.TranscriptLine] = {}
        self.running: set[str] = set()  # tools
        self.returned: list[str] = []
        self.given: list[str] = []
        self.no_news: set[str] = set()  # results the agent need not speak about
        self.silenced: set[str] = set()  # responses the caller has interrupted, as far as the bridge knows
        self.known_active: str | None = None
        self.waiting_since: float | None = None  # the caller finished and has heard nothing since
        self.ended: a.FallBack | a.Finish | None = None
        self.speech: str | None = None
        self.uplink: list[a.Action] = []
        self.session_is_ready = False
        self.voice_at = 0.0
        self.placed: set[str] = set()  # items this session has told the bridge the place of

    @initialize(
        delay=st.sampled_from([0.0, 0.0, 0.08, 0.4]),
        loses_every=st.sampled_from([0, 0, 0, 3]),
        reconnects=st.sampled_from([0, 1]),
        reprompt_s=st.sampled_from([8.0, 10_000.0, 10_000.0]),
        opening=st.sampled_from([None, None, None, OPENING, OPENING, OPENING, OPENING, UNSPOKEN, UNSPOKEN]),
        ready=st.sampled_from([True, True, True, False]),
    )
    def the_stream_starts(
        self,
        delay: float,
        loses_every: int,
        reconnects: int,
        reprompt_s: float,
        opening: Phrase | None,
        ready: bool,
    ) -> None:
        self.delay, self.loses_marks = delay, bool(loses_every)
        self.carrier = SimulatedCarrier(delay, loses_every=loses_every)
        self.model = SimulatedModel(self.numbers, self.sounds, frozenset())
        limits = Limits(reconnects=reconnects, reprompt_s=reprompt_s, media_s=10_000, call_s=10_000)
        self.opening = opening
        disclosure = UNSPOKEN.text if opening is UNSPOKEN else ""
        self.bridge = Bridge(CallConfig(opening=opening, disclosure=disclosure, filler=FILLER), limits)
        self.happens(START)
        if ready:
            self.deliver(9)
            self.time_passes(2.0)

    # --- the world ------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.02, 0.1, 0.33, 0.9, 2.0, 5.0]))
    def time_passes(self, seconds: float) -> None:
        self.the_line_is_heard()
        until = self.now + seconds
        while (moment := self.next_moment()) is not None and moment <= until + 1e-9:
            self.now = max(self.now, moment)
            self.the_line_is_heard()
            self.carrier.live_until(self.now)
            for echo in self.carrier.echoes_by(self.now):
                self.happens(echo)
            if self.bridge.deadline is not None and self.bridge.deadline <= self.now + 1e-9:
                self.check(self.bridge.handle_deadline(self.now + 1e-9))
        self.now = until
        self.carrier.live_until(self.now)

    def the_line_is_heard(self) -> None:
        """A frame from the caller: their voice while they speak, else what comes back of the agent's."""
        if self.ended is not None:
            return
        self.carrier.live_until(self.now)
        frame = VOICE if self.speech else ECHO if self.carrier.has_an_echo(self.now) else sound(20)
        heard = self.bridge.handle(e.CallerSpoke(frame, round((self.now - 100) * 1000)), self.now)
        if frame == VOICE:
            self.voice_at = self.now
            assert heard in ([], [a.Listen(VOICE)]), "the caller was not heard"
        elif self.now - self.voice_at > HOLD_S:
            assert heard in ([], [a.Listen(sound(20))]), "an echo was heard"

    def next_moment(self) -> float | None:
        moments = [m for m in (self.bridge.deadline, self.carrier.next_moment()) if m is not None]
        return min(moments) if moments else None

    @rule(events=st.integers(1, 9))
    def deliver(self, events: int) -> None:
        """The model's events arrive, and ours arrive there."""
        for _ in range(events):
            self.uplink_arrives()
            if self.model.pipe:
                self.happens(self.model.pipe.popleft())

    @rule()
    def uplink_arrives(self) -> None:
        for action in self.uplink:
            self.model.hears(action)
        self.uplink.clear()

    # --- scenes -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.speech is None and self.listening)
    @rule(pieces=st.integers(1, 10), items=st.integers(1, 3), complete=st.booleans(), heard=HEARD)
    def the_caller_is_answered(self, pieces: int, items: int, complete: bool, heard: float) -> None:
        self.the_caller_starts(late=0)
        self.the_caller_stops(unanswered=False)
        for _ in range(items):
            self.model.speaks(pieces, new_item=True)
        if complete:
            self.model.ends()
        self.deliver(99)
        self.time_passes(heard)

    @precondition(lambda self: self.speech is None and self.listening)
    @rule(tools=st.integers(1, 2), spoken=st.booleans(), complete=st.booleans())
    def the_caller_is_answered_by_tools(self, tools: int, spoken: bool, complete: bool) -> None:
        self.the_caller_starts(late=0)
        self.the_caller_stops(unanswered=False)
        if spoken:
            self.model.speaks(2)
        for _ in range(tools):
            self.model.calls_tool("search_listings")
        if complete:
            self.model.ends()
        self.deliver(99)

    @precondition(lambda self: self.speech is None and self.listening)
    @rule(late=st.integers(0, 3), seconds=st.sampled_from([0.0, 0.05, 0.5]))
    def the_caller_breaks_in(self, late: int, seconds: float) -> None:
        self.the_caller_starts(late=late)
        self.deliver(99)
        self.time_passes(seconds)

    # --- the model and the caller -----------------------------------------------------------------------------------

    @precondition(lambda self: self.model.active)
    @rule(pieces=st.integers(1, 8), new_item=RARELY)
    def the_model_speaks(self, pieces: int, new_item: bool) -> None:
        self.model.speaks(pieces, new_item=new_item)

    @precondition(lambda self: self.model.active)
    @rule(again=st.booleans())
    def the_model_calls_a_tool(self, again: bool) -> None:
        call_id = self.model.calls_tool("search_listings")
        if again and call_id and self.model.active:
            self.model.pipe.append(e.ToolCalled(self.model.active, "f", call_id, "search_listings", "{}"))

    @precondition(lambda self: self.model.active)
    @rule(fails=RARELY)
    def the_model_ends_its_response(self, fails: bool) -> None:
        self.model.ends("failed" if fails else "completed")

    @precondition(lambda self: self.speech is None and self.listening)
    @rule(late=st.integers(0, 3))
    def the_caller_starts(self, late: int) -> None:
        self.speech = f"user{next(self.numbers)}"
        self.model.caller_starts(self.speech, late=late)

    @precondition(lambda self: self.speech is not None)
    @rule(unanswered=RARELY)
    def the_caller_stops(self, unanswered: bool) -> None:
        assert self.speech
        self.model.caller_stops(self.speech, answers=not unanswered)
        self.speech = None

    @precondition(lambda self: self.speech is None and self.listening)
    @rule(heard=st.booleans(), answered=RARELY, ends=st.booleans(), words=st.sampled_from(["", None]))
    def somebody_coughs(self, heard: bool, answered: bool, ends: bool, words: str | None) -> None:
        """Taken for the caller's turn; without an end, or without words and an answer, somebody must go on."""
        cut_off = self.carrier.playing or self.model.active
        cough = f"cough{next(self.numbers)}"
        self.model.caller_starts(cough, late=0)
        self.deliver(99)
        if ends:
            self.model.caller_stops(cough, answers=answered, words=words)
        self.deliver(99 if heard else 0)
        if cut_off and self.bridge.phase is Phase.TALKING:
            self.waiting_since = self.now

    @property
    def listening(self) -> bool:
        return self.bridge.phase is Phase.TALKING and self.session_is_ready

    # --- tools, keys, trouble ---------------------------------------------------------------------------------------

    @precondition(lambda self: self.running)
    @rule(hang_up=RARELY, news=st.booleans())
    def a_tool_returns(self, hang_up: bool, news: bool) -> None:
        call_id = min(self.running)
        self.running.discard(call_id)
        self.returned.append(call_id)
        if hang_up or not news:
            self.no_news.add(call_id)
        self.happens(e.ToolReturned(call_id, "{}", news=news, hang_up=hang_up))

    @precondition(lambda self: self.returned)
    @rule()
    def a_tool_returns_twice(self) -> None:
        self.happens(e.ToolReturned(self.returned[0], "{}"), e.ToolReturned("unknown", "{}"))

    @precondition(lambda self: self.ended is None)
    @rule(really=RARELY)
    def the_caller_presses_a_key(self, really: bool) -> None:
        if really:
            if self.bridge.phase is not Phase.OPENING:  # which nobody cuts off
                self.interrupted_now()
            self.happens(e.KeyPressed("5"))

    @rule(really=RARELY)
    def the_model_is_lost(self, really: bool) -> None:
        if really and self.ended is None:
            spoken_of = frozenset(self.given) - self.model.unspoken
            self.model = SimulatedModel(self.numbers, self.sounds, spoken_of)
            self.model.pipe.clear()
            self.given.clear()
            self.placed.clear()
            self.uplink.clear()
            self.speech, self.known_active = None, None
            self.session_is_ready = False
            self.happens(e.ModelLost("closed_1011"))

    @rule(really=RARELY, how=st.sampled_from(["stop", "down", "leave"]))
    def somebody_ends_it(self, really: bool, how: str) -> None:
        if really:
            word = Phrase.of("Goodbye.", bytes(8000))
            ends: dict[str, e.Event] = {
                "stop": e.StreamStopped(),
                "down": e.StepDownAsked("deploy"),
                "leave": e.LeaveAsked("limit", word),
            }
            self.happens(ends[how])

    @rule(really=RARELY)
    def the_application_asks_something_first(self, really: bool) -> None:
        if really and self.ended is None:
            if self.bridge.phase is Phase.TALKING:
                self.interrupted_now()
            self.happens(e.QuestionAsked("Do you want us to stop calling you?"))

    @rule()
    def nonsense_arrives(self) -> None:
        self.happens(e.MarkEchoed("nonsense"), e.Unintelligible("model", "json"), START, e.TranscriptArrived("x", None))

    # --- what must be true of every action --------------------------------------------------------------------------

    def happens(self, *events: e.Event) -> None:
        for event in events:
            playing, phase = self.carrier.playing, self.bridge.phase
            self.note_event(event)
            actions = self.bridge.handle(event, self.now)
            if isinstance(event, e.CallerStarted) and playing and phase is Phase.TALKING:
                assert a.StopPlayback() in actions, "the caller spoke over a playing agent and nothing was cleared"
            self.check(actions)

    def note_event(self, event: e.Event) -> None:
        match event:
            case e.CallerStarted():
                self.interrupted_now()
                self.waiting_since = None
            case e.CallerFinished():
                self.waiting_since = self.now
            case e.ModelReady():
                self.session_is_ready = True
            case e.ItemPlaced(item) if self.ended is None:
                self.placed.add(item)
            case e.ResponseStarted(response):
                self.known_active = response
            case e.ResponseEnded(response) if response == self.known_active:
                self.known_active = None

    def interrupted_now(self) -> None:
        if self.known_active:
            self.silenced.add(self.known_active)

    def check(self, actions: list[a.Action]) -> None:
        for action in actions:
            assert self.ended is None, f"{action} after {self.ended}"
            self.check_one(action)
            self.done.append(action)

    def check_one(self, action: a.Action) -> None:
        match action:
            case a.Play(audio, mark):
                self.check_play(audio, mark)
            case a.StopPlayback():
                self.carrier.clear(self.now)
            case a.Respond():
                assert self.known_active is None, "a response was asked for while one is running"
                assert not self.running, "a response was asked for while a tool is running"
                self.uplink.append(action)
            case a.RunTool(call_id):
                assert call_id not in self.running | set(self.returned), "a tool ran twice"
                self.running.add(call_id)
            case a.GiveToolResult(call_id, output):
                if "INTERRUPTED" in output:
                    self.no_news.add(call_id)
                self.running.discard(call_id)  # the bridge answers for tools that take too long
                self.returned.append(call_id)
                assert call_id not in self.given, "a tool call was answered twice"
                self.given.append(call_id)
                self.uplink.append(action)
            case a.Truncate(item, ms):
                self.check_truncate(item, ms)
                self.uplink.append(action)
            case a.Cancel(response):
                self.known_active = None if response == self.known_active else self.known_active
                self.silenced.add(response)
                self.uplink.append(action)
            case a.Reconnect():
                self.model.pipe.append(e.ModelConnected())
            case a.Record(a.TranscriptLine() as line):
                self.lines[line.item_id] = line
            case a.Record(a.Note("opening_played", data={"proved": True})) if self.opening is UNSPOKEN:
                self.check_opening()
            case a.FallBack() | a.Finish():
                self.ended = action
            case a.Record() | a.Complaint() | a.Listen():
                pass
            case _:
                self.uplink.append(action)

    def check_play(self, audio: str, mark: str) -> None:
        assert mark not in self.marks, "a mark's name was used twice"
        self.marks.add(mark)
        sound = self.sounds.get(audio)
        assert sound is None or sound.response not in self.silenced, "audio of an interrupted response was played"
        if sound:
            self.waiting_since = None
        self.carrier.play(audio, mark, self.now)

    def check_opening(self) -> None:
        heard = Counter[str]()
        for audio, source in self.sounds.items():
            heard[source.item] += self.carrier.heard.get(audio, 0) // 8
        wanted = PIECE_MS * len(UNSPOKEN.text.split())
        assert max(heard.values(), default=0) >= wanted, "an opening counts that nobody heard"

    def check_truncate(self, item_id: str, ms: int) -> None:
        heard = self.heard_ms(item_id)
        assert ms <= heard + TOLERANCE_MS, f"{item_id} truncated at {ms}, {heard} ms were heard"
        assert ms >= heard - self.delay * 1000 - TOLERANCE_MS, f"{item_id} truncated at {ms}, {heard} ms were heard"

    def heard_ms(self, item_id: str) -> int:
        item = self.model.items.get(item_id)
        return sum(self.carrier.heard.get(audio, 0) for audio in item.pieces) // 8 if item else 0

    # --- what must be true in the end -------------------------------------------------------------------------------

    def teardown(self) -> None:
        if hasattr(self, "bridge"):
            self.everything_settles()
            self.nobody_is_left_waiting()
            self.the_model_remembers_what_was_heard()
            self.the_transcript_says_what_was_heard()
            self.the_transcript_has_the_conversations_order()
            assert self.model.problems == []

    def everything_settles(self) -> None:
        """Everybody does what is left to do, and nobody says anything new."""
        until = self.now + SETTLE_SECONDS
        if self.speech:
            self.the_caller_stops(unanswered=False)
        while (self.now < until or self.carrier.playing) and self.ended is None:
            for _ in list(self.running):
                self.a_tool_returns(hang_up=False, news=True)
            self.deliver(50)
            if self.model.active:
                if not self.spoke(self.model.active):
                    self.model.speaks(1)
                self.model.ends()
            self.time_passes(0.5)
        self.deliver(100)
        self.time_passes(1.0)

    def spoke(self, response: str) -> bool:
        return any(item.response == response for item in self.model.items.values())

    def nobody_is_left_waiting(self) -> None:
        if self.ended is None:
            assert self.waiting_since is None, "the caller waits for an answer"
            assert not self.running, "a tool was never answered"
            assert not self.model.unspoken - self.no_news, "nobody spoke about a tool's answer"
        unanswered = [] if self.ended else [c for c in self.model.calls if c not in self.given]
        assert unanswered == [], "the model waits for a tool's answer"

    def the_model_remembers_what_was_heard(self) -> None:
        if self.ended:
            return
        for item_id, item in self.model.items.items():
            heard, slack = self.heard_ms(item_id), TOLERANCE_MS + self.delay * 1000
            assert heard - slack <= item.remembered <= heard + TOLERANCE_MS, (
                f"{item_id}: {heard} ms heard, {item.remembered} remembered of {item.generated}"
            )

    def the_transcript_says_what_was_heard(self) -> None:
        slack = 1 + (self.delay * 1000) // PIECE_MS
        for item_id in self.model.items:
            line = self.lines.get(item_id)
            if line is None or not line.settled or self.ended:
                continue
            words, heard = len(line.text.split()), self.heard_ms(item_id) / PIECE_MS
            assert heard - slack <= words <= heard + 1, f"{item_id}: {words} words written, {heard} heard"

    def the_transcript_has_the_conversations_order(self) -> None:
        told = [item for item in self.model.chain if item in self.placed and item in self.lines]
        positions = [self.lines[item].position for item in told]
        assert positions == sorted(set(positions)), "lines do not stand in the order of the conversation"


EXAMPLES = int(os.environ.get("BRIDGE_EXAMPLES", "150"))
STEPS = int(os.environ.get("BRIDGE_STEPS", "50"))
PHASES = [p for p in SearchPhase if p is not SearchPhase.shrink or "BRIDGE_NO_SHRINK" not in os.environ]
Call.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    derandomize=EXAMPLES <= 1000,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
)
TestEveryCall: Any = Call.TestCase
