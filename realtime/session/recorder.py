"""Recorder: stores what the bridge records as rows: turns as they were heard, usage, and the call's events."""

import asyncio
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.utils.timezone import now

from calls.agent.booking_claims import check_claim
from calls.call_log.events import keep_event, log_event
from calls.call_log.transcript import Utterance, save_turn
from calls.costs import ledger
from calls.database.writes import durable
from calls.models import Engine, EventKind, Turn
from realtime.bridge.vocabulary.actions import Entry, Kind, Note, Speaker, Spent, TranscriptLine
from realtime.session.thread_pool import in_thread

log = structlog.get_logger(__name__)

POSITION_STEP = 1000  # so that lines placed between others still have integer positions
AUDIO_TOKENS_PER_SECOND = 10  # of transcription models that report tokens instead of seconds


class Recorder:
    """One writer per call. Entries are stored in order, many at once, and the conversation never waits for them.

    While the database is away they are kept until it takes them.
    """

    def __init__(self, call_id: uuid.UUID, *, began_ms: int, after: int = 0) -> None:
        self._call_id = call_id
        self._began_ms = began_ms
        self._after = after
        self._queue: asyncio.Queue[Entry | None] = asyncio.Queue()
        self._seen: dict[str, datetime] = {}

    def keep(self, entry: Entry) -> None:
        """Queue an entry to be stored."""
        if isinstance(entry, TranscriptLine):
            self._seen.setdefault(entry.item_id, now())
        self._queue.put_nowait(entry)

    def finish(self) -> None:
        """Stop `run` once everything queued is stored."""
        self._queue.put_nowait(None)

    async def run(self) -> None:
        """Store entries until finished."""
        while (first := await self._queue.get()) is not None:
            batch = [first]
            last = False
            while not self._queue.empty():
                entry = self._queue.get_nowait()
                if entry is None:
                    last = True
                    break
                batch.append(entry)
            await in_thread(self._store)(_newest(batch))
            if last:
                return

    async def rescue(self) -> None:
        """Store what is still queued if `run` did not come to its end."""
        waiting = [entry for _ in range(self._queue.qsize()) if (entry := self._queue.get_nowait()) is not None]
        await in_thread(self._store)(_newest(waiting))

    def _store(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            try:
                self._store_one(entry)
            except Exception as error:  # a lost entry must cost neither the others nor the call
                log.exception("not recorded", kind=type(entry).__name__, error=type(error).__name__)

    def _store_one(self, entry: Entry) -> None:
        match entry:
            case TranscriptLine():
                self._store_line(entry)
            case Spent():
                keep_usage.keep(self._call_id, **asdict(entry))
            case Note(what, at_ms, data):
                told = {"at_ms": self._began_ms + at_ms, **data}
                keep_event.keep(self._call_id, kind=what, key=f"note:{uuid.uuid4().hex}", data=told)

    def _store_line(self, line: TranscriptLine) -> None:
        said = as_utterance(line, began_ms=self._began_ms, after=self._after)
        timing = line.timing if line.settled and line.timing else None
        keep_line.keep(
            self._call_id,
            said=asdict(said),
            created_at=self._seen[line.item_id].isoformat(),
            timing={name: getattr(timing, name) for name in type(timing).__slots__} if timing else None,
            checked=line.settled and line.speaker is Speaker.AGENT,
        )


@durable("line")
def keep_line(
    call_id: uuid.UUID | str, *, said: dict[str, Any], created_at: str, timing: dict[str, Any] | None, checked: bool
) -> None:
    """Store a line of the transcript as it is known now. `checked`: it must claim no booking that is none."""
    kinds = {"speaker": Turn.Speaker(said["speaker"]), "engine": Engine(said["engine"])}
    utterance = Utterance(**said | kinds)
    if not utterance.text and not Turn.objects.filter(call_id=call_id, item_id=utterance.item_id).exists():
        return  # nothing of it was heard or understood: not a turn yet
    save_turn(call_id, utterance, created_at=datetime.fromisoformat(created_at))
    if timing is not None:
        key = f"timing:{utterance.item_id}"[:120]
        log_event(call_id, EventKind.TURN_TIMING, dedupe_key=key, item=utterance.item_id, **timing)
    if checked:
        check_claim(uuid.UUID(str(call_id)), utterance.text, item_id=utterance.item_id)


@durable("usage")
def keep_usage(call_id: uuid.UUID | str, *, meter: str, key: str, usage: dict[str, Any]) -> None:
    """Book usage as the model reported it."""
    book(uuid.UUID(str(call_id)), Spent(meter=meter, key=key, usage=usage))


def as_utterance(line: TranscriptLine, *, began_ms: int, after: int = 0) -> Utterance:
    """A transcript line as a turn after position `after`, with offsets from the moment the call was answered.

    Until it is settled, an agent's line counts as heard.
    """
    agent = line.speaker is Speaker.AGENT
    text = line.text if line.settled or not agent else line.generated
    return Utterance(
        speaker=Turn.Speaker.AGENT if agent else Turn.Speaker.LEAD,
        engine=Engine.REALTIME,
        item_id=line.item_id[:80],
        text=f"(pressed {text})" if line.kind is Kind.KEYS else text,
        generated_text=line.generated if agent and line.generated != text else "",
        position=after + round(line.position * POSITION_STEP),
        started_ms=None if line.started_ms is None else began_ms + line.started_ms,
        ended_ms=None if line.ended_ms is None else began_ms + line.ended_ms,
        latency_ms=line.timing.first_audio_ms if line.timing else None,
        interrupted=line.interrupted,
        filler=line.kind is Kind.RECORDED,
    )


def book(call_id: uuid.UUID, spent: Spent) -> None:
    """Book usage as the model reported it, once per response or transcription."""
    if spent.meter == "response":
        ledger.book_realtime_usage(call_id, spent.usage, spent.key, settings.OPENAI_REALTIME_MODEL)
        return
    seconds = spent.usage.get("seconds")
    if seconds is None:
        details = spent.usage.get("input_token_details") or {}
        seconds = details.get("audio_tokens", 0) / AUDIO_TOKENS_PER_SECOND
    ledger.book_transcription(call_id, seconds, key=spent.key, model=settings.OPENAI_TRANSCRIBE_MODEL)


def _newest(batch: list[Entry]) -> list[Entry]:
    """The batch without lines that a later entry replaces."""
    last = {entry.item_id: index for index, entry in enumerate(batch) if isinstance(entry, TranscriptLine)}
    return [
        entry
        for index, entry in enumerate(batch)
        if not isinstance(entry, TranscriptLine) or last[entry.item_id] == index
    ]
