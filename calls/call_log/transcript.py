"""The transcript of a call, in one format for all call types: who said what, in which order."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from calls.call_log.events import log_event, notify_watchers
from calls.database.writes import durable
from calls.models import Call, Engine, EventKind, Turn

TOLERANCE_MS = 1000  # by which a prompt may seem to outlast the call: its document was fetched late, its end told late


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance. `text` is what the other side heard; offsets are ms since the answer.

    A `filler` is one of our recorded phrases that bridge a wait; it is left out of what a model is given.
    """

    speaker: Turn.Speaker
    engine: Engine
    item_id: str
    text: str
    generated_text: str = ""
    position: int | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    latency_ms: int | None = None
    interrupted: bool = False
    filler: bool = False
    confidence: float | None = None


def add_turn(call_id: uuid.UUID | str, said: Utterance) -> Turn | None:
    """Add an utterance at the end of the transcript, or at its position; None when it is there already."""
    fields = {name: getattr(said, name) for name in Utterance.__slots__ if name not in ("position", "item_id")}
    try:
        with transaction.atomic():
            turn = Turn.objects.create(
                call_id=call_id, item_id=said.item_id, position=_position(call_id, said.position), **fields
            )
    except IntegrityError:
        if not Turn.objects.filter(call_id=call_id, item_id=said.item_id).exists():
            raise
        return None
    log_event(call_id, EventKind.TURN, dedupe_key=f"turn:{turn.pk}", turn=turn.pk, speaker=said.speaker)
    return turn


def save_turn(call_id: uuid.UUID | str, said: Utterance, *, created_at: datetime) -> Turn:
    """Add an utterance or update it: an engine that learns later what was heard writes it again."""
    fields = {name: getattr(said, name) for name in Utterance.__slots__ if name not in ("position", "item_id")}
    known = fields | {"position": _position(call_id, said.position)}
    turn, new = Turn.objects.update_or_create(
        call_id=call_id, item_id=said.item_id, defaults=known, create_defaults=known | {"created_at": created_at}
    )
    if new:
        log_event(call_id, EventKind.TURN, dedupe_key=f"turn:{turn.pk}", turn=turn.pk, speaker=said.speaker)
    else:
        notify_watchers(call_id)
    return turn


@durable("words")
def keep_words(call_id: uuid.UUID | str, *, speaker: str, item: str, text: str, at: str) -> None:
    """Keep what was said on a line that waited for the database; said again with more behind it, it grows."""
    moment = datetime.fromisoformat(at)
    answered_at = Call.objects.values_list("answered_at", flat=True).get(pk=call_id)
    after_ms = None if answered_at is None else max(0, round((moment - answered_at).total_seconds() * 1000))
    said = Utterance(Turn.Speaker(speaker), Engine.CONVERSATION, item[:80], text, ended_ms=after_ms)
    save_turn(call_id, said, created_at=moment)


def amend_turn(
    call_id: uuid.UUID | str, item_id: str, *, text: str, interrupted: bool = True, length_ms: int | None = None
) -> bool:
    """Shorten an utterance to what was heard, keeping what was generated; False when it is not there."""
    turn = Turn.objects.filter(call_id=call_id, item_id=item_id).first()
    if turn is None:
        return False
    turn.generated_text = turn.generated_text or turn.text
    turn.text, turn.interrupted = text, interrupted
    if length_ms is not None and turn.started_ms is not None:
        turn.ended_ms = turn.started_ms + length_ms
    turn.save(update_fields=["text", "generated_text", "interrupted", "ended_ms"])
    notify_watchers(call_id)
    return True


def cut_at_the_end(call: Call) -> int:
    """Take out of an ended call's transcript what the turn-by-turn engine said too late to be heard; how many lines.

    That engine writes a prompt down when its document goes out, so one that was playing or being made as the call ended
    stands there whole: it is cut at the word that was heard, or deleted. A second is allowed for what a clock cannot
    know.
    """
    if call.answered_at is None or call.ended_at is None or call.ended_at < call.answered_at:
        return 0
    end = round((call.ended_at - call.answered_at).total_seconds() * 1000)
    said = Turn.objects.filter(call=call, speaker=Turn.Speaker.AGENT, engine=Engine.CONVERSATION)
    late = list(said.filter(ended_ms__gt=end + TOLERANCE_MS, started_ms__isnull=False))
    for turn in late:
        _cut(turn, end)
    return len(late)


def _cut(turn: Turn, end_ms: int) -> None:
    started, ended = turn.started_ms or 0, turn.ended_ms or 0
    words = turn.text.split()
    heard = " ".join(words[: len(words) * max(0, end_ms - started) // max(1, ended - started)])
    if heard:
        amend_turn(turn.call_id, turn.item_id, text=heard, length_ms=end_ms - started)
    else:
        turn.delete()
        notify_watchers(turn.call_id)


def _position(call_id: uuid.UUID | str, wanted: int | None) -> int:
    if wanted is not None:
        return wanted
    last: int | None = Turn.objects.filter(call_id=call_id).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 10
