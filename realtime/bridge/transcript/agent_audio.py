"""The agent's voice: what is sent to the caller's ear, and what of it the transcript may claim was heard.

Offsets are on the carrier's clock, which is the recording's too: its frames carry their own time (``timestamp``), and
the last one tells how its clock stands to ours.
"""

from collections.abc import Iterator
from dataclasses import replace

from realtime.bridge.audio.echo import EchoGuard
from realtime.bridge.audio.mulaw import BYTES_PER_MS, size
from realtime.bridge.audio.playback import Heard, Playback
from realtime.bridge.transcript.transcript import Transcript
from realtime.bridge.vocabulary.actions import Kind, Line, Note, Play, Record, Speaker, Timing
from realtime.bridge.vocabulary.call_config import Utterance


class Voice:
    """Playback ledger and transcript of one call, on the stream's clock."""

    def __init__(self, ids: str = "", *, echo_db: float = 0.0) -> None:
        self.playback = Playback()
        self.echo = EchoGuard(echo_db)
        self.transcript = Transcript()
        self._ids = ids
        self._own_items = 0
        self._epoch = 0.0
        self._finished: set[str] = set()
        self._unproved: dict[str, tuple[Timing, float]] = {}  # answers no mark has proved; since when the caller waits

    def start_clock(self, now: float) -> None:
        """The stream starts now: offsets of lines count from here."""
        self._epoch = now

    def set_clock(self, ms: int, now: float) -> None:
        """The carrier's clock shows ``ms`` now."""
        self._epoch = now - ms / 1000

    def ms(self, at: float) -> int:
        """A moment in ms since the start of the stream."""
        return max(0, round((at - self._epoch) * 1000))

    def moment(self, ms: int) -> float:
        """The moment of an offset in the stream."""
        return self._epoch + ms / 1000

    def own_id(self, kind: str) -> str:
        """A new id for an item of our own."""
        self._own_items += 1
        return f"{self._ids}{kind}-{self._own_items}"

    def note(self, what: str, now: float, **data: object) -> Record:
        """A fact for the call's timeline."""
        return Record(Note(what, self.ms(now), data))

    def say(self, line: Utterance, now: float) -> Iterator[Play]:
        """Play a recorded word of the house."""
        return self.recite(self.own_id("word"), Kind.RECORDED, line, now)

    def recite(self, item_id: str, kind: Kind, line: Utterance, now: float) -> Iterator[Play]:
        """Play a recording of ours."""
        self.transcript.add_own(item_id, kind, line.text, at_ms=self.ms(max(now, self.playback.ends_at)))
        for audio in line.audio:
            yield self._play(item_id, audio, now)
        self._finished.add(item_id)
        self.playback.finish(item_id)

    def begins(self, item_id: str) -> bool:
        """Nothing of this item has been sent yet."""
        return self.playback.sent_ms(item_id) == 0

    def begin(self, item_id: str, now: float, answer: tuple[Timing, float] | None) -> Iterator[Record]:
        """The first sound of an item is here; ``answer`` times it, from when the caller had stopped."""
        if answer:
            self._unproved[item_id] = answer
        timing = answer[0] if answer else None
        at_ms = self.ms(max(now, self.playback.ends_at))
        for line in self.transcript.begin_agent(item_id, at_ms=at_ms, timing=timing):
            yield Record(line)

    def speak(self, item_id: str, audio: str, now: float) -> Play:
        """Play a piece of the model's speech."""
        return self._play(item_id, audio, now)

    def drop(self, item_id: str, audio: str, now: float) -> None:
        """Speech that came too late to be played: generated, never heard."""
        self.transcript.add_generated(item_id, size(audio) // BYTES_PER_MS)
        self.leave_unheard(item_id, now)

    def leave_unheard(self, item_id: str, now: float) -> None:
        """Nothing (more) of this item will be heard."""
        if not self.transcript.is_settled(item_id):
            at = self.ms(now)
            self.transcript.hear_agent(item_id, ms=0, start_ms=at, end_ms=at, whole=False, confirmed=False)

    def finish(self, item_id: str) -> Iterator[Record]:
        """All audio of the item is here; if it has been heard already, its line is final."""
        self._finished.add(item_id)
        self.playback.finish(item_id)
        heard = self.playback.wholly_heard(item_id)
        if heard and not self.transcript.is_settled(item_id):
            yield from self._hear(heard)

    def is_finished(self, item_id: str) -> bool:
        """All audio of the item had come."""
        return item_id in self._finished

    def confirm(self, mark: str, now: float) -> Iterator[Record]:
        """A mark came back: lines it proves to be heard to their end."""
        whole = self.playback.played(mark, now)
        for item_id in tuple(self._unproved):
            self._time(item_id)
        for heard in whole:
            yield from self._hear(heard)

    def silence(self, now: float) -> tuple[list[Heard], list[Record]]:
        """Stop: what was heard of each item that still had audio waiting, and the lines cut there."""
        heard = self.playback.stop(now)
        self.echo.stopped(now)
        for item in heard:
            self._unproved.pop(item.item_id, None)
        return heard, [record for item in heard for record in self._hear(item)]

    def close(self, now: float) -> Iterator[Record]:
        """The call is over for us: settle every line that is still open."""
        yield from self.silence(now)[1]
        if self.echo.silenced:
            yield self.note("echo_silenced", now, frames=self.echo.silenced)
        for line in self.transcript.open_lines():
            for settled in self._settle(line, now):
                yield Record(settled)

    def _settle(self, line: Line, now: float) -> list[Line]:
        if line.speaker is Speaker.CALLER:
            return [self.transcript.understood(line.item_id, "")]
        sent = self.playback.sent_ms(line.item_id)
        start = self.playback.first_heard_at(line.item_id)
        start_ms = self.ms(start if start is not None else now)
        return self.transcript.hear_agent(
            line.item_id, ms=sent, start_ms=start_ms, end_ms=start_ms + sent, whole=sent > 0, confirmed=sent > 0
        )

    def _play(self, item_id: str, audio: str, now: float) -> Play:
        bytes_sent = size(audio)
        self.transcript.add_generated(item_id, bytes_sent // BYTES_PER_MS)
        mark = self.playback.add(item_id, bytes_sent, now)
        self.echo.played(audio, self.playback.ends_at)
        return Play(audio, mark)

    def _hear(self, heard: Heard) -> Iterator[Record]:
        lines = self.transcript.hear_agent(
            heard.item_id,
            ms=heard.ms,
            start_ms=self.ms(heard.started_at),
            end_ms=self.ms(heard.ended_at),
            whole=heard.whole and self.is_finished(heard.item_id),
            confirmed=heard.confirmed,
        )
        for line in lines:
            yield Record(line)

    def _time(self, item_id: str) -> None:
        began = self.playback.first_heard_at(item_id)
        if began is not None:
            timing, waited_from = self._unproved.pop(item_id)
            audible_ms = max(0, round((began - waited_from) * 1000))
            self.transcript.time_agent(item_id, replace(timing, audible_ms=audible_ms))
