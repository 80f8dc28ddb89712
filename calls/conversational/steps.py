"""The steps of the turn chain as rows: taken once, growing by parts, finished once.

A webhook that comes twice finds its step taken and gives the same document, at no second request to any vendor. The
parts of an answer are rows too, so that whichever process gets the next webhook can say the rest.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import now

from calls.agent.booking_claims import check_claim
from calls.call_log.events import log_event
from calls.call_log.transcript import Utterance, add_turn, amend_turn
from calls.conversational import barge_in
from calls.models import ENDED_STATUSES, Call, ConversationStep, Engine, EventKind, Turn
from calls.providers import ProviderError
from calls.speech import clips
from calls.speech.normalization import normalize
from calls.understanding.recognition_results import Verdict

log = structlog.get_logger(__name__)

GROWING = ("parts", "twiml", "ends_call", "hands_over", "finished_at")  # what another process may have written
GLANCE_SECONDS = 0.03
STALLED_AFTER = timedelta(seconds=20)  # no answer that takes so long is wanted any more, whether or not it is made
OPENING_STALLED_AFTER = timedelta(seconds=6)  # it is rendered within two; meanwhile nobody says anything
OPENINGS = (ConversationStep.Kind.OPENING, ConversationStep.Kind.OPENING_AGAIN)  # the steps nobody talks over
VOICE_REST_SECONDS = 20.0  # after a failure of the voice the carrier's own speaks for so long
WORDS_PER_SECOND = 2.6  # at the usual pace of people and of Polly's neural voices


@dataclass(frozen=True, slots=True)
class Part:
    """One spoken piece of an answer. No digest: the carrier's own voice says it. `seconds` is then estimated."""

    text: str
    digest: str
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The part as its step keeps it."""
        return {"text": self.text, "digest": self.digest, "seconds": round(self.seconds, 3)}


def parts_of(step: ConversationStep) -> tuple[Part, ...]:
    """What the step says, as far as it is known."""
    return tuple(Part(part["text"], part["digest"], part["seconds"]) for part in step.parts)


def open_step(call: Call, number: int, kind: ConversationStep.Kind, **fields: Any) -> tuple[ConversationStep, bool]:
    """The step of that number, and whether this webhook was the first to take it."""
    try:
        with transaction.atomic():
            step = ConversationStep.objects.create(call=call, number=number, kind=kind, **fields)
    except IntegrityError:
        return ConversationStep.objects.get(call=call, number=number), False
    return step, True


def keep(
    step: ConversationStep,
    parts: list[Part],
    *,
    finished: bool,
    ends_call: bool = False,
    hands_over: bool = False,
    failure: str = "",
) -> bool:
    """Store what is known of the answer; False when somebody else has finished the step."""
    fields: dict[str, Any] = {"parts": [part.as_json() for part in parts]}
    if parts and step.answered_at is None:
        fields["answered_at"] = step.answered_at = now()
    if finished:
        fields |= {"finished_at": now(), "ends_call": ends_call, "hands_over": hands_over, "failure": failure[:40]}
    if not ConversationStep.objects.filter(pk=step.pk, finished_at__isnull=True).update(**fields):
        return False
    step.parts = fields["parts"]
    if finished:
        step.finished_at, step.failure = fields["finished_at"], fields["failure"]
        step.ends_call, step.hands_over = ends_call, hands_over
        _record_agent_turn(step)
    return True


def answered(step: ConversationStep, document: str) -> str:
    """Store the step's document, once; returns the one that counts."""
    if ConversationStep.objects.filter(pk=step.pk, twiml="").update(twiml=document):
        return document
    return ConversationStep.objects.values_list("twiml", flat=True).get(pk=step.pk)


def answered_rest(step: ConversationStep, place: str, document: str) -> tuple[str, bool]:
    """Store the document of one webhook for the rest, once; returns the one that counts, and whether it is this one.

    Two deliveries of it may see an answer that has grown in between. The carrier plays only one of their documents.
    """
    with transaction.atomic():
        step.more = ConversationStep.objects.select_for_update().values_list("more", flat=True).get(pk=step.pk)
        mine = place not in step.more
        if mine:
            step.more[place] = document
            ConversationStep.objects.filter(pk=step.pk).update(more=step.more)
    return str(step.more[place]), mine


def wait_for(step: ConversationStep, ready: Callable[[ConversationStep], bool], *, seconds: float) -> bool:
    """Look at the row until it is ready; False after `seconds`."""
    until = time.monotonic() + seconds
    while not ready(step):
        if time.monotonic() >= until:
            return False
        time.sleep(GLANCE_SECONDS)
        step.refresh_from_db(fields=[*GROWING, "more"])
    return True


def own_step(call: Call, kind: ConversationStep.Kind, **belongs_to: Any) -> tuple[ConversationStep, bool]:
    """The step that answers nothing heard: the next one, once per kind and what it belongs to; whether it is new."""
    known = ConversationStep.objects.filter(call=call, kind=kind, **belongs_to).first()
    if known is not None:
        return known, False
    last: int | None = ConversationStep.objects.filter(call=call).aggregate(last=Max("number"))["last"]
    return open_step(call, 0 if last is None else last + 1, kind, **belongs_to)


def is_open(step: ConversationStep) -> bool:
    """Whether the answer is still waited for: nobody has finished the step."""
    return ConversationStep.objects.filter(pk=step.pk, finished_at__isnull=True).exists()


def is_stalled(step: ConversationStep, at: datetime | None = None) -> bool:
    """Whether whoever made this answer must have died."""
    limit = OPENING_STALLED_AFTER if step.kind in OPENINGS else STALLED_AFTER
    return step.finished_at is None and (at or now()) - step.received_at > limit


def close_abandoned(at: datetime) -> int:
    """Finish the steps of ended calls whose process died: what was said stands, and nobody is there for an apology."""
    left = ConversationStep.objects.select_related("call").filter(
        finished_at__isnull=True, received_at__lt=at - STALLED_AFTER, call__status__in=ENDED_STATUSES
    )
    return sum(keep(step, list(parts_of(step)), finished=True, failure="stalled") for step in left)


def strikes_before(step: ConversationStep) -> int:
    """How many steps right before this one understood nothing."""
    verdicts = ConversationStep.objects.filter(call=step.call_id, number__lt=step.number).order_by("-number")
    count = 0
    for verdict in verdicts.values_list("verdict", flat=True)[:5]:
        if not (verdict and Verdict(verdict).is_strike):
            break
        count += 1
    return count


def failed_before(step: ConversationStep) -> bool:
    """Whether the model's last answer was an apology already."""
    last = ConversationStep.objects.filter(
        call=step.call_id, number__lt=step.number, verdict__in=(Verdict.ACCEPTED, Verdict.DOUBTFUL, Verdict.KEYPAD)
    ).order_by("-number")
    return bool(last.values_list("failure", flat=True).first())


def record_lead_turn(step: ConversationStep, *, pause_ms: int) -> None:
    """What the caller said goes into the transcript, with the recogniser's confidence.

    The carrier does not tell when it was said: it ended `pause_ms` before the result came, the beginning is estimated.
    """
    received = _since_answer(step.call, step.received_at)
    ended = None if received is None else max(0, received - pause_ms)
    said = Utterance(
        speaker=Turn.Speaker.LEAD,
        engine=Engine.CONVERSATION,
        item_id=f"step-{step.number}-lead",
        text=step.heard,
        confidence=step.confidence,
        started_ms=None if ended is None else max(0, ended - round(_spoken_seconds(step.heard) * 1000)),
        ended_ms=ended,
    )
    add_turn(step.call_id, said)


def mark_listening(step: ConversationStep, first: int) -> None:
    """The document that goes out now plays the parts from `first` on and listens; the first one counts."""
    ConversationStep.objects.filter(pk=step.pk, listens_at=None).update(listens_at=now(), listens_from=first)


def note_cut_off(step: ConversationStep, *, pause_seconds: float) -> tuple[Part, ...]:
    """Keep of the agent's last words what was heard before the caller's words in `step`; the parts left unheard.

    The opening cannot be talked into.
    """
    before = ConversationStep.objects.filter(call=step.call_id, number=step.number - 1).first()
    if before is None or before.kind in OPENINGS or before.listens_at is None:
        return ()
    parts = parts_of(before)
    prompt = barge_in.Prompt(tuple((part.text, part.seconds) for part in parts), certain=before.listens_from)
    result_seconds = (step.received_at - before.listens_at).total_seconds()
    after = barge_in.cut_in_after(result_seconds, step.heard, pause=pause_seconds)
    cut = barge_in.cut_off(prompt, after)
    if cut is None:
        return ()
    amend_turn(step.call_id, _agent_item(before), text=cut.heard, length_ms=round(1000 * cut.seconds))
    log_event(step.call_id, EventKind.INTERRUPTED, dedupe_key=f"interrupted:{step.number}", step=step.number)
    return parts[cut.whole_parts :]


def record_filler(step: ConversationStep, filler: Part, *, first: int, waited: int) -> None:
    """What was said to bridge the wait for part `first` was heard too."""
    started = _since_answer(step.call, now())
    said = Utterance(
        speaker=Turn.Speaker.AGENT,
        engine=Engine.CONVERSATION,
        item_id=f"step-{step.number}-filler-{first}-{waited}",
        text=filler.text,
        filler=True,
        started_ms=started,
        ended_ms=None if started is None else started + round(filler.seconds * 1000),
    )
    add_turn(step.call_id, said)


def unvoiced(text: str) -> Part:
    """The text for the carrier's own voice."""
    return Part(text, "", _spoken_seconds(text))


class _Voice:
    """The voice, which rests after a failure, so that an outage costs one time-out and not one per sentence."""

    def __init__(self) -> None:
        self._rests_until: dict[str, float] = {}

    def part(self, text: str, call_id: uuid.UUID) -> Part:
        """The text as a clip; when the voice fails, as text for the carrier's own voice."""
        vendor = settings.AWS_ENDPOINT_URL_POLLY or settings.AWS_REGION
        if time.monotonic() >= self._rests_until.get(vendor, 0.0):
            try:
                clip = clips.clip(text, call_id=call_id)
                return Part(text, clip.digest, clip.seconds)
            except ProviderError as error:
                self._rests_until[vendor] = time.monotonic() + VOICE_REST_SECONDS
                log.warning("voice failed, the carrier speaks", call=str(call_id), code=error.code)
                log_event(
                    call_id, EventKind.FALLBACK, dedupe_key="fallback:voice", part="voice", to="say", reason=error.code
                )
        return unvoiced(text)


render = _Voice().part


def _record_agent_turn(step: ConversationStep) -> None:
    parts = parts_of(step)
    if not parts:
        return
    spoken_at = step.answered_at or now()
    started = _since_answer(step.call, spoken_at)
    said = Utterance(
        speaker=Turn.Speaker.AGENT,
        engine=Engine.CONVERSATION,
        item_id=_agent_item(step),
        text=" ".join(part.text for part in parts),
        started_ms=started,
        ended_ms=None if started is None else started + round(1000 * sum(part.seconds for part in parts)),
        latency_ms=round((spoken_at - step.received_at).total_seconds() * 1000) if step.heard else None,
    )
    add_turn(step.call_id, said)
    check_claim(step.call_id, said.text, item_id=said.item_id)


def _agent_item(step: ConversationStep) -> str:
    return f"step-{step.number}-agent"


def _spoken_seconds(text: str) -> float:
    return len(normalize(text).split()) / WORDS_PER_SECOND


def _since_answer(call: Call, moment: datetime) -> int | None:
    if call.answered_at is None:
        return None
    return max(0, round((moment - call.answered_at).total_seconds() * 1000))
