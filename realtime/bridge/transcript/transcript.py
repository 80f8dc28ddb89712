"""Transcript of one call: what was said, as the other side heard it.

An agent's line holds two texts: `generated`, what the model wrote, and `text`, the part of it the caller heard before
they interrupted. The cut is made at the share of the audio that was played, at the end of a word.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from realtime.bridge.transcript.item_order import ItemOrder
from realtime.bridge.vocabulary.actions import Kind, Speaker, Timing, TranscriptLine


def heard_part(text: str, share: float) -> str:
    """The words of `text` that lie mostly within its first `share` (0..1), measured in characters."""
    if share >= 1:
        return text
    limit, end, position = share * len(text), 0, 0
    for word in text.split():
        start = text.index(word, position)
        position = start + len(word)
        if (start + position) / 2 > limit:
            break
        end = position
    return text[:end]


@dataclass(slots=True)
class _Draft:
    """A line as far as it is known."""

    line: TranscriptLine
    generated_ms: int = 0
    heard_ms: int | None = None


class Transcript:
    """The lines of one call by item id. Each method that changes lines returns them, to be recorded again."""

    def __init__(self) -> None:
        self._drafts: dict[str, _Draft] = {}
        self._order = ItemOrder()

    def place(self, item_id: str, after: str | None, speaker: Speaker | None) -> list[TranscriptLine]:
        """An item took its place in the conversation. Speaker None for a tool's items."""
        moved = self._order.place(item_id, after)
        if speaker is Speaker.CALLER and item_id not in self._drafts:
            self._draft(item_id, Speaker.CALLER, Kind.SPEECH)
            moved.append(item_id)
        return self._lines(moved)

    def add_own(self, item_id: str, kind: Kind, text: str, *, at_ms: int) -> None:
        """A recording of ours begins to play."""
        self._append(item_id, at_ms)
        draft = self._draft(item_id, Speaker.AGENT, kind)
        draft.line = replace(draft.line, generated=text, started_ms=at_ms)

    def add_keys(self, item_id: str, digits: str, *, at_ms: int) -> TranscriptLine:
        """The caller pressed keys."""
        self._append(item_id, at_ms)
        draft = self._draft(item_id, Speaker.CALLER, Kind.KEYS)
        draft.line = replace(draft.line, text=digits, started_ms=at_ms, ended_ms=at_ms, settled=True, confirmed=True)
        return self._line(item_id)

    def agent_began(self, item_id: str, *, at_ms: int, timing: Timing | None) -> list[TranscriptLine]:
        """The first audio of an agent's line went out, to sound at that time; returns the lines that moved."""
        draft = self._agent(item_id)
        draft.line = replace(draft.line, started_ms=at_ms, timing=timing)
        return self._lines(self._order.began(item_id, at_ms))

    def add_generated(self, item_id: str, ms: int) -> None:
        """The model generated this much more audio for the item, whether it was played or not."""
        self._agent(item_id).generated_ms += ms

    def add_words(self, item_id: str, words: str, *, complete: bool) -> list[TranscriptLine]:
        """Words of the agent: a further piece, or the complete text."""
        draft = self._agent(item_id)
        draft.line = replace(draft.line, generated=words if complete else draft.line.generated + words)
        if draft.line.settled:
            draft.line = replace(draft.line, text=self._heard_text(draft))
        return [self._line(item_id)] if complete else []

    def agent_heard(
        self, item_id: str, *, ms: int, start_ms: int, end_ms: int, whole: bool, confirmed: bool
    ) -> list[TranscriptLine]:
        """How much of an agent's line reached the caller. Final, except for words that are still to come."""
        draft = self._agent(item_id)
        draft.heard_ms = None if whole else ms
        draft.line = replace(
            draft.line,
            text=self._heard_text(draft),
            started_ms=start_ms,
            ended_ms=end_ms,
            interrupted=not whole,
            settled=True,
            confirmed=confirmed,
        )
        moved = self._order.began(item_id, start_ms) if ms else []
        return self._lines([item_id, *(item for item in moved if item != item_id)])

    def set_timing(self, item_id: str, timing: Timing) -> None:
        """Set the line's timing, now that a mark proves when it began to sound."""
        draft = self._drafts[item_id]
        draft.line = replace(draft.line, timing=timing)

    def caller_began(self, item_id: str, at_ms: int) -> list[TranscriptLine]:
        """The caller began to speak, in ms of the stream; returns the lines that moved."""
        draft = self._draft(item_id, Speaker.CALLER, Kind.SPEECH)
        draft.line = replace(draft.line, started_ms=at_ms)
        return self._lines(self._order.began(item_id, at_ms))

    def caller_ended(self, item_id: str, at_ms: int) -> None:
        """The caller stopped speaking, in ms of the stream."""
        draft = self._draft(item_id, Speaker.CALLER, Kind.SPEECH)
        draft.line = replace(draft.line, ended_ms=at_ms)

    def caller_transcribed(self, item_id: str, text: str) -> TranscriptLine:
        """The caller's words; the empty text for speech nobody could understand."""
        if item_id not in self._order:
            self._order.place(item_id, None)
        draft = self._draft(item_id, Speaker.CALLER, Kind.SPEECH)
        draft.line = replace(draft.line, text=text, settled=True, confirmed=bool(text))
        return self._line(item_id)

    def is_settled(self, item_id: str) -> bool:
        """Whether the line is final, or there is none."""
        draft = self._drafts.get(item_id)
        return draft is None or draft.line.settled

    def are_confirmed(self, item_ids: Iterable[str]) -> bool:
        """Whether marks prove that each of these lines of the agent was heard to its end."""
        return all(self._drafts[item].line.confirmed for item in item_ids)

    def generated(self, item_ids: Iterable[str]) -> str:
        """What the model wrote for these lines, joined."""
        return " ".join(self._drafts[item].line.generated for item in item_ids)

    def open_lines(self) -> list[TranscriptLine]:
        """The lines that are not settled, in order."""
        return [self._line(item) for item in self._order.walk() if not self.is_settled(item)]

    def walk(self) -> list[str]:
        """All item ids in order, tools' items included."""
        return self._order.walk()

    def get(self, item_id: str) -> TranscriptLine | None:
        """The line as far as it is known."""
        return self._line(item_id) if item_id in self._drafts else None

    def _append(self, item_id: str, at_ms: int) -> None:
        """Place an item of our own where it is heard."""
        self._order.began(item_id, at_ms)
        self._order.place(item_id, None)

    def _lines(self, items: Iterable[str]) -> list[TranscriptLine]:
        return [self._line(item) for item in items if item in self._drafts]

    def _agent(self, item_id: str) -> _Draft:
        if item_id not in self._order:
            self._order.place(item_id, None)
        return self._draft(item_id, Speaker.AGENT, Kind.SPEECH)

    def _draft(self, item_id: str, speaker: Speaker, kind: Kind) -> _Draft:
        return self._drafts.setdefault(item_id, _Draft(TranscriptLine(item_id=item_id, speaker=speaker, kind=kind)))

    def _line(self, item_id: str) -> TranscriptLine:
        line = self._drafts[item_id].line
        return replace(line, position=self._order.positions.get(item_id, 0.0))

    def _heard_text(self, draft: _Draft) -> str:
        if draft.heard_ms is None:
            return draft.line.generated
        return heard_part(draft.line.generated, draft.heard_ms / max(1, draft.generated_ms))
