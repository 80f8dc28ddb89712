"""One leg of a call: 20 ms of sound in each direction, fifty times a second, without drift."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from sandbox.audio import TELEPHONE_HZ, Pcm, ulaw_decode, ulaw_encode

FRAME_MS = 20
FRAME = TELEPHONE_HZ * FRAME_MS // 1000
SILENCE: Pcm = np.zeros(FRAME, np.int16)
SILENCE.flags.writeable = False
# After a stall the clock runs the lost ticks at once, but lets other tasks run after this many.
_BURST = 25

type Tap = Callable[[Pcm], None]


def through_the_line(pcm: Pcm) -> Pcm:
    """8 kHz linear sound after G.711 mu-law: every sound on a line has gone through it."""
    return ulaw_decode(ulaw_encode(pcm))


class Playback:
    """A queue of sounds and bookmarks; ``frame()`` takes the next 20 ms."""

    def __init__(self) -> None:
        self._queue: deque[Pcm | Callable[[], None]] = deque()

    @property
    def empty(self) -> bool:
        return not self._queue

    @property
    def seconds(self) -> float:
        """How much sound is still queued."""
        return sum(len(item) for item in self._queue if not callable(item)) / TELEPHONE_HZ

    def put(self, pcm: Pcm) -> None:
        if len(pcm):
            self._queue.append(pcm)

    def bookmark(self, passed: Callable[[], None]) -> None:
        """Calls ``passed`` when everything queued so far was played or dropped; at once when nothing is queued."""
        if self._queue:
            self._queue.append(passed)
        else:
            passed()

    def frame(self) -> Pcm:
        self._pass_bookmarks()
        if not self._queue:
            return SILENCE
        out, filled = np.zeros(FRAME, np.int16), 0
        while filled < FRAME and self._queue:
            head = self._queue.popleft()
            if callable(head):
                head()
                continue
            taken = head[: FRAME - filled]
            out[filled : filled + len(taken)] = taken
            filled += len(taken)
            if len(taken) < len(head):
                self._queue.appendleft(head[len(taken) :])
        return out

    def _pass_bookmarks(self) -> None:
        while self._queue and callable(self._queue[0]):
            passed = self._queue.popleft()
            if callable(passed):
                passed()

    def clear(self) -> None:
        """Drops all sound; bookmarks are passed in order."""
        dropped, self._queue = self._queue, deque()
        for item in dropped:
            if callable(item):
                item()

    async def drained(self) -> None:
        """Waits until everything queued so far was played or dropped."""
        done = asyncio.Event()
        self.bookmark(done.set)
        await done.wait()


class Leg:
    """One line between Twilio and a person.

    ``mouth`` is what the person says (Twilio's inbound track), ``player`` what Twilio plays to them (outbound);
    ``background`` mixes noise under every inbound frame, ``distortion`` changes it on the way, and ``keypad`` says
    whether a pressed key was sent some other way than as a signal.
    """

    def __init__(self) -> None:
        self.mouth, self.player = Playback(), Playback()
        self.background: Callable[[Pcm], Pcm] | None = None
        self.distortion: Callable[[Pcm], Pcm] | None = None
        self.keypad: Callable[[str], bool] | None = None
        self.inbound: list[Tap] = []
        self.outbound: list[Tap] = []
        self.keys: list[Callable[[str], None]] = []
        self.ticks = 0
        self._alarms: list[tuple[int, asyncio.Event]] = []

    @property
    def milliseconds(self) -> int:
        """Time since the line was answered."""
        return self.ticks * FRAME_MS

    async def wait(self, seconds: float) -> None:
        """Waits that long by this line's own clock, which stands still before the answer and after the end."""
        alarm = asyncio.Event()
        self._alarms.append((self.ticks + max(0, round(seconds * 1000 / FRAME_MS)), alarm))
        await alarm.wait()

    def press(self, digit: str) -> None:
        """Sends a key beside the sound (RFC 4733), as carriers do."""
        if self.keypad and self.keypad(digit):
            return
        for listener in list(self.keys):
            listener(digit)

    def hang_up(self) -> None:
        """The line is over: lets go of all who listened to it, as the call's resource is kept for longer than they.

        A listener may hold a model for voice detection, thirteen megabytes; it goes back to where it was taken from.
        """
        self.mouth, self.player = Playback(), Playback()
        self.background = self.distortion = self.keypad = None
        self.inbound, self.outbound, self.keys, self._alarms = [], [], [], []

    def hear(self) -> None:
        """First half of a tick: what the person says reaches Twilio."""
        frame = self.mouth.frame()
        if self.background:
            frame = self.background(frame)
        if self.distortion:
            frame = self.distortion(frame)
        for tap in list(self.inbound):
            tap(frame)

    def play(self) -> None:
        """Second half of a tick: what Twilio plays reaches the person."""
        frame = self.player.frame()
        for tap in list(self.outbound):
            tap(frame)
        self.ticks += 1
        self._ring_alarms()

    def _ring_alarms(self) -> None:
        due = [alarm for at, alarm in self._alarms if at <= self.ticks]
        if due:
            self._alarms = [(at, alarm) for at, alarm in self._alarms if at > self.ticks]
            for alarm in due:
                alarm.set()


class Clock:
    """Ticks all legs of a call every 20 ms against absolute deadlines: a late tick is made up for, never lost.

    ``pace`` 1.0 is real time. At 3.0 a second of sound passes in a third of a second, for tests that wait for speech.
    """

    def __init__(self, *, pace: float = 1.0) -> None:
        self.legs: list[Leg] = []
        self._pace = pace

    def add(self, leg: Leg) -> None:
        self.legs.append(leg)

    def remove(self, leg: Leg) -> None:
        with contextlib.suppress(ValueError):
            self.legs.remove(leg)

    async def run(self) -> None:
        """Ticks until canceled."""
        started, ticks = time.monotonic(), 0
        while True:
            ticks += 1
            ahead = started + ticks * FRAME_MS / 1000 / self._pace - time.monotonic()
            if ahead > 0:
                await asyncio.sleep(ahead)
            elif ticks % _BURST == 0:
                await asyncio.sleep(0)
            self.tick()

    def tick(self) -> None:
        """Takes all inbound frames first, so that a bridged leg plays in this tick what the other said in it."""
        for leg in list(self.legs):
            leg.hear()
        for leg in list(self.legs):
            leg.play()
