"""A carrier and a model in virtual time, each with the habits that make bridges go wrong.

The carrier buffers and plays at 8 kHz, and gives marks back when they were played *and* when `clear` dropped them,
each `delay` seconds later, some never. The model generates far ahead, cancels by itself when the caller speaks with
a few pieces of audio still under way, answers by itself when they stop, and hears of our wishes late.
"""

import base64
from collections import deque
from dataclasses import dataclass, field
from itertools import count

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e

BYTES_PER_SECOND = 8000
PIECE_MS = 200


@dataclass
class Sound:
    """Where a piece of audio comes from."""

    response: str
    item: str
    bytes: int


class SimulatedCarrier:
    """What the caller hears."""

    def __init__(self, delay: float, *, loses_every: int) -> None:
        self._delay = delay
        self._loses_every = loses_every
        self._buffer: deque[tuple[str, int] | str] = deque()  # (audio, bytes) or a mark
        self._at = 0.0  # when the first piece of the buffer began to play
        self._since = 0.0  # when it was silent last
        self._echoes: deque[tuple[float, str]] = deque()
        self._marks = 0
        self.heard: dict[str, int] = {}  # audio -> bytes played

    @property
    def playing(self) -> bool:
        return bool(self._buffer)

    def has_an_echo(self, now: float) -> bool:
        """The caller's microphone hears the agent."""
        return self.playing and now - self._since > 0.05

    def next_moment(self) -> float | None:
        """When something will happen by itself."""
        moments = [self._echoes[0][0]] if self._echoes else []
        if self._buffer:
            moments.append(self._at + self._first_seconds())
        return min(moments) if moments else None

    def play(self, audio: str, mark: str, now: float) -> None:
        if not self._buffer:
            self._at = self._since = now
        self._buffer += [(audio, len(base64.b64decode(audio))), mark]

    def clear(self, now: float) -> None:
        self.live_until(now)
        for waiting in self._buffer:
            if isinstance(waiting, str):
                self._echo(waiting, now)
            else:
                played = int((now - self._at) * BYTES_PER_SECOND) if waiting is self._buffer[0] else 0
                self.heard[waiting[0]] = self.heard.get(waiting[0], 0) + max(0, min(waiting[1], played))
        self._buffer.clear()

    def live_until(self, now: float) -> None:
        """Play what is played by then."""
        while self._buffer and self._at + self._first_seconds() <= now + 1e-9:
            first = self._buffer.popleft()
            if isinstance(first, str):
                self._echo(first, self._at)
            else:
                self.heard[first[0]] = first[1]
                self._at += first[1] / BYTES_PER_SECOND

    def echoes_by(self, now: float) -> list[e.MarkEchoed]:
        """Marks that have come back by then."""
        back = []
        while self._echoes and self._echoes[0][0] <= now + 1e-9:
            back.append(e.MarkEchoed(self._echoes.popleft()[1]))
        return back

    def _first_seconds(self) -> float:
        first = self._buffer[0]
        return 0.0 if isinstance(first, str) else first[1] / BYTES_PER_SECOND

    def _echo(self, mark: str, at: float) -> None:
        self._marks += 1
        if not self._loses_every or self._marks % self._loses_every:
            self._echoes.append((at + self._delay, mark))


@dataclass
class Item:
    """An item of the model's conversation: what it generated, and how much of it it remembers (ms)."""

    response: str
    pieces: list[str] = field(default_factory=list)
    remembered: int = 0

    @property
    def generated(self) -> int:
        return len(self.pieces) * PIECE_MS


class SimulatedModel:
    """One session. `pipe` holds its events on their way to us, `hears` takes our actions."""

    def __init__(self, numbers: "count[int]", sounds: dict[str, Sound], spoken_of: frozenset[str]) -> None:
        self.pipe: deque[e.Event] = deque([e.ModelConnected()])
        self.chain: list[str] = []  # the conversation's items
        self.items: dict[str, Item] = {}
        self.active: str | None = None
        self.caller_speaks = False
        self.calls: dict[str, int] = {}  # call id -> results given
        self.unspoken: set[str] = set()  # results no response has begun after
        self._spoken_of = spoken_of  # results an earlier session spoke about
        self.problems: list[str] = []
        self._current: str | None = None
        self._numbers = numbers
        self._sounds = sounds

    # --- what the model does ----------------------------------------------------------------------------------------

    def caller_starts(self, item: str, *, late: int) -> None:
        self.caller_speaks = True
        self.pipe.append(e.CallerStarted(item, 0))
        self._cancel("turn_detected", late)

    def caller_stops(self, item: str, *, answers: bool, words: str | None = "words") -> None:
        self.caller_speaks = False
        self.pipe.append(e.CallerFinished(item, 0))
        self._place(item, a.Speaker.CALLER)
        self.pipe.append(e.TranscriptArrived(item, words))
        if answers and self.active is None:
            self._begin()

    def speaks(self, pieces: int, *, new_item: bool = False) -> None:
        """More audio of the running response."""
        if self.active is None:
            return
        if new_item or self._current is None:
            self._finish_item()
            self._current = f"item{next(self._numbers)}"
            self.items[self._current] = Item(self.active)
            self._place(self._current, a.Speaker.AGENT)
        self._utter(self._current, self.active, pieces)

    def calls_tool(self, name: str) -> str | None:
        if self.active is None:
            return None
        call_id = f"call{next(self._numbers)}"
        self.calls[call_id] = 0
        self._place(f"f-{call_id}", None)
        self.pipe.append(e.ToolCalled(self.active, f"f-{call_id}", call_id, name, "{}"))
        return call_id

    def ends(self, status: str = "completed") -> None:
        if self.active is not None:
            self._finish_item()
            self.pipe.append(e.ResponseEnded(self.active, status))
            self.active = None

    # --- what it is told --------------------------------------------------------------------------------------------

    def hears(self, action: a.Action) -> None:
        match action:
            case a.Configure() | a.Probe():
                self.pipe.append(e.ModelReady())
            case a.Respond():
                if self.active is None:
                    self._begin()
                else:
                    self.pipe.append(e.ModelErred("conversation_already_has_active_response"))
            case a.Cancel(response):
                if response == self.active:
                    self._cancel("client_cancelled", 1)
                else:
                    self.pipe.append(e.ModelErred("response_cancel_not_active"))
            case a.GiveToolResult(call_id):
                self.calls[call_id] = self.calls.get(call_id, 0) + 1
                if call_id not in self._spoken_of:
                    self.unspoken.add(call_id)
                self._place(f"o-{call_id}", None, tool_result=call_id)
            case a.RememberToolCall(call_id):
                self.calls.setdefault(call_id, 0)
                self._place(f"f-{call_id}-again", None)
            case a.Remember(item, speaker):
                self._place(item, speaker)
            case a.Truncate(item, ms):
                self._truncate(item, ms)
            case a.Forget(item):
                if item in self.items:
                    self.items[item].remembered = 0

    def _place(self, item: str, speaker: a.Speaker | None, *, tool_result: str | None = None) -> None:
        self.pipe.append(e.ItemPlaced(item, self.chain[-1] if self.chain else None, speaker, tool_result))
        self.chain.append(item)

    def _truncate(self, item_id: str, ms: int) -> None:
        item = self.items.get(item_id)
        if item is None:
            self.problems.append(f"truncated {item_id}, which does not exist")
        elif not 0 < ms <= item.generated:
            self.problems.append(f"truncated {item_id} at {ms} of {item.generated} ms")
        else:
            item.remembered = ms

    def _begin(self) -> None:
        self.active = f"response{next(self._numbers)}"
        self._current = None
        self.unspoken.clear()
        self.pipe.append(e.ResponseStarted(self.active))

    def _cancel(self, reason: str, late: int) -> None:
        if self.active is None:
            return
        if self._current is not None:
            self._utter(self._current, self.active, late)
        self._finish_item()
        self.pipe.append(e.ResponseEnded(self.active, "cancelled", reason))
        self.active = None

    def _utter(self, item_id: str, response: str, pieces: int) -> None:
        item = self.items[item_id]
        for _ in range(pieces):
            serial = next(self._numbers).to_bytes(8, "big")
            audio = base64.b64encode(serial + bytes(8 * PIECE_MS - 8)).decode()
            self._sounds[audio] = Sound(response, item_id, 8 * PIECE_MS)
            item.pieces.append(audio)
            item.remembered = item.generated
            word = f" w{len(item.pieces):02}"
            self.pipe += [e.WordsArrived(response, item_id, word), e.AudioArrived(response, item_id, audio)]

    def _finish_item(self) -> None:
        if self._current is not None:
            self.pipe.append(e.AudioEnded(self._current))
            self._current = None
