"""Agent audio: what is sent to the caller, and what of it the transcript may claim was heard.

Offsets are on the carrier's clock, which the recording shares: the caller's frames carry their own time (`timestamp`),
and the latest one tells how that clock stands to ours.
"""

from collections.abc import Iterator
from dataclasses import replace

from realtime.bridge.audio.echo import EchoGuard
from realtime.bridge.audio.mulaw import BYTES_PER_MS, size
from realtime.bridge.audio.playback import Playback, PlayedItem
from realtime.bridge.transcript.transcript import Transcript
from realtime.bridge.vocabulary.actions import Kind, Note, Play, Record, Speaker, Timing, TranscriptLine
from realtime.bridge.vocabulary.call_config import Phrase


class AgentAudio:
    """Sends the agent's audio and writes its transcript lines, on the stream's clock."""

    def __init__(self, id_prefix: str = "", *, echo_db: float = 0.0) -> None:
        self.playback = Playback()
        self.echo = EchoGuard(echo_db)
        self.transcript = Transcript()
        self._id_prefix = id_prefix
        self._new_ids = 0
        self._epoch = 0.0
        self._complete_items: set[str] = set()
        self._unproved_latencies: dict[str, tuple[Timing, float]] = {}  # item: timing, and since when the caller waits

    def start_clock(self, now: float) -> None:
        """Start the stream's clock: offsets of lines count from here."""
        self._epoch = now

    def set_clock(self, ms: int, now: float) -> None:
        """Set the stream's clock to the carrier's, which shows `ms` now."""
        self._epoch = now - ms / 1000

    def ms(self, at: float) -> int:
        """A moment as ms since the start of the stream."""
        return max(0, round((at - self._epoch) * 1000))

    def moment(self, ms: int) -> float:
        """The moment of an offset in the stream."""
        return self._epoch + ms / 1000

    def new_id(self, kind: str) -> str:
        """A new id for an item of our own."""
        self._new_ids += 1
        return f"{self._id_prefix}{kind}-{self._new_ids}"

    def note(self, what: str, now: float, **data: object) -> Record:
        """A fact for the call's event log."""
        return Record(Note(what, self.ms(now), data))

    def play_phrase(self, line: Phrase, now: float) -> Iterator[Play]:
        """Play a recorded phrase as an item of its own."""
        return self.play_recording(self.new_id("word"), Kind.RECORDED, line, now)

    def play_recording(self, item_id: str, kind: Kind, line: Phrase, now: float) -> Iterator[Play]:
        """Play a recording as the item with this id."""
        self.transcript.add_own(item_id, kind, line.text, at_ms=self.ms(max(now, self.playback.ends_at)))
        for audio in line.audio:
            yield self.play(item_id, audio, now)
        self._complete_items.add(item_id)
        self.playback.finish(item_id)

    def is_unsent(self, item_id: str) -> bool:
        """Whether nothing of this item has been sent yet."""
        return self.playback.sent_ms(item_id) == 0

    def begin_item(self, item_id: str, now: float, answer: tuple[Timing, float] | None) -> Iterator[Record]:
        """The first audio of an item goes out. `answer` is its timing, and from when the caller waited."""
        if answer:
            self._unproved_latencies[item_id] = answer
        timing = answer[0] if answer else None
        at_ms = self.ms(max(now, self.playback.ends_at))
        for line in self.transcript.agent_began(item_id, at_ms=at_ms, timing=timing):
            yield Record(line)

    def play(self, item_id: str, audio: str, now: float) -> Play:
        """Send a piece of an item to the caller."""
        bytes_sent = size(audio)
        self.transcript.add_generated(item_id, bytes_sent // BYTES_PER_MS)
        mark = self.playback.add(item_id, bytes_sent, now)
        self.echo.played(audio, self.playback.ends_at)
        return Play(audio, mark)

    def drop(self, item_id: str, audio: str, now: float) -> None:
        """Discard audio that came too late to be played: generated, never heard."""
        self.transcript.add_generated(item_id, size(audio) // BYTES_PER_MS)
        self.leave_unheard(item_id, now)

    def leave_unheard(self, item_id: str, now: float) -> None:
        """Settle the line of an item of which nothing (more) will be heard."""
        if not self.transcript.is_settled(item_id):
            at = self.ms(now)
            self.transcript.agent_heard(item_id, ms=0, start_ms=at, end_ms=at, whole=False, confirmed=False)

    def finish(self, item_id: str) -> Iterator[Record]:
        """All audio of the item has come; if it has been heard already, its line is final."""
        self._complete_items.add(item_id)
        self.playback.finish(item_id)
        heard = self.playback.fully_played(item_id)
        if heard and not self.transcript.is_settled(item_id):
            yield from self._record_played(heard)

    def is_complete(self, item_id: str) -> bool:
        """Whether all audio of the item has come."""
        return item_id in self._complete_items

    def mark_echoed(self, mark: str, now: float) -> Iterator[Record]:
        """A mark came back: record the lines it proves heard to their end."""
        whole = self.playback.mark_echoed(mark, now)
        for item_id in tuple(self._unproved_latencies):
            self._prove_latency(item_id)
        for heard in whole:
            yield from self._record_played(heard)

    def stop(self, now: float) -> tuple[list[PlayedItem], list[Record]]:
        """Stop playing: how much was heard of each item that still had audio waiting, and the lines cut there."""
        heard = self.playback.stop(now)
        self.echo.stopped(now)
        for item in heard:
            self._unproved_latencies.pop(item.item_id, None)
        return heard, [record for item in heard for record in self._record_played(item)]

    def close(self, now: float) -> Iterator[Record]:
        """Settle every open line, because the call is over for this engine."""
        yield from self.stop(now)[1]
        if self.echo.silenced:
            yield self.note("echo_silenced", now, frames=self.echo.silenced)
        for line in self.transcript.open_lines():
            for settled in self._settle(line, now):
                yield Record(settled)

    def _settle(self, line: TranscriptLine, now: float) -> list[TranscriptLine]:
        if line.speaker is Speaker.CALLER:
            return [self.transcript.caller_transcribed(line.item_id, "")]
        sent = self.playback.sent_ms(line.item_id)
        start = self.playback.first_heard_at(line.item_id)
        start_ms = self.ms(start if start is not None else now)
        return self.transcript.agent_heard(
            line.item_id, ms=sent, start_ms=start_ms, end_ms=start_ms + sent, whole=sent > 0, confirmed=sent > 0
        )

    def _record_played(self, heard: PlayedItem) -> Iterator[Record]:
        lines = self.transcript.agent_heard(
            heard.item_id,
            ms=heard.ms,
            start_ms=self.ms(heard.started_at),
            end_ms=self.ms(heard.ended_at),
            whole=heard.whole and self.is_complete(heard.item_id),
            confirmed=heard.confirmed,
        )
        for line in lines:
            yield Record(line)

    def _prove_latency(self, item_id: str) -> None:
        began = self.playback.first_heard_at(item_id)
        if began is not None:
            timing, waited_from = self._unproved_latencies.pop(item_id)
            audible_ms = max(0, round((began - waited_from) * 1000))
            self.transcript.set_timing(item_id, replace(timing, audible_ms=audible_ms))
