"""The steps of a conversational call as rows: taken once, growing by parts, finished once.

A webhook that comes twice finds its step taken and gives the same document, at no second request to any vendor. The
parts of an answer are rows too, so that whichever process gets the next webhook can say the rest.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import now

from calls.compliance.opt_out_words import asks_whether_to_stop
from calls.conversational import barge_in, turn
from calls.conversational.documents import PAUSE_SECONDS
from calls.conversational.timing import TIMING, Timing
from calls.conversational.turn import Part, Reply, State, Then
from calls.models import ENDED_STATUSES, Call, ConversationStep, Transfer

GROWING = ("parts", "twiml", "more", "ends_call", "hands_over", "finished_at")  # by another process, perhaps
Kind = ConversationStep.Kind
OPENINGS = (Kind.OPENING, Kind.OPENING_AGAIN)  # nobody talks over them


def take(call: Call, number: int, kind: Kind, **fields: Any) -> tuple[ConversationStep, bool]:
    """The step of that number, and whether this webhook was the first to take it."""
    try:
        with transaction.atomic():
            return call.steps.create(number=number, kind=kind, **fields), True
    except IntegrityError:
        return call.steps.get(number=number), False


def take_next(call: Call, kind: Kind, **belongs_to: Any) -> tuple[ConversationStep, bool]:
    """The step that answers nothing heard: the next one, once per kind and what it belongs to; whether it is new."""
    known = call.steps.filter(kind=kind, **belongs_to).first()
    if known is not None:
        return known, False
    last: int | None = call.steps.aggregate(last=Max("number"))["last"]
    return take(call, 0 if last is None else last + 1, kind, **belongs_to)


def take_line(call: Call, kind: Kind, transfer: Transfer | None = None) -> tuple[ConversationStep, bool]:
    """The step by which the engine takes the line from another one, and whether it is new.

    After an older one the talk has gone on, and the line was led away and back without our knowing (a redirect that
    was taken to have failed): to answer that with the old document would play the call once more from there.
    """
    step, mine = take_next(call, kind, transfer=transfer)
    last = call.steps.last()
    if mine or last is None or last.pk == step.pk:
        return step, mine
    if last.kind == Kind.RETURNED:
        return last, False
    return take_next(call, Kind.RETURNED, returned_after=last.number)


def parts_of(step: ConversationStep) -> tuple[Part, ...]:
    """What the step says, as far as it is known."""
    return tuple(Part(part["text"], part["digest"], part["seconds"]) for part in step.parts)


def grow(step: ConversationStep, parts: Sequence[Part]) -> bool:
    """Store what is known of an answer that is still written; False when somebody else has finished the step."""
    return _keep(step, parts, {})


def finish(step: ConversationStep, parts: Sequence[Part], reply: Reply) -> bool:
    """Store the whole answer; False when somebody else has finished the step, whose answer then counts."""
    return _keep(
        step,
        parts,
        {
            "finished_at": now(),
            "ends_call": reply.then is Then.END,
            "hands_over": reply.then is Then.HAND_OVER,
            "failure": reply.failure[:40],
        },
    )


def listens(step: ConversationStep) -> bool:
    """Whether the caller's turn comes after the step's last words."""
    return is_finished(step) and not step.hands_over and not step.ends_call


def publish(step: ConversationStep, document: str, place: str = "", *, listens_from: int = 0) -> tuple[str, bool]:
    """Store a document, once; the one that counts, and whether it is this one.

    Without a `place` it is the answer to the step's own webhook, else to one for the rest, from that place on. Two
    deliveries may see an answer that has grown in between; the carrier plays only one of their documents. One that
    listens is noted with the time and the first part that can be talked into.
    """
    row = ConversationStep.objects.filter(pk=step.pk)
    noted: dict[str, Any] = {"listens_at": now(), "listens_from": listens_from} if listens(step) else {}
    if not place:
        mine = bool(row.filter(twiml="").update(twiml=document, **noted))
        return document if mine else row.values_list("twiml", flat=True).get(), mine
    with transaction.atomic():
        step.more = row.select_for_update().values_list("more", flat=True).get()
        mine = place not in step.more
        if mine:
            step.more[place] = document
            row.update(more=step.more)
        if mine and noted:
            row.filter(listens_at=None).update(**noted)
    return str(step.more[place]), mine


def look_again(step: ConversationStep) -> None:
    """Read what another thread or process may have written since."""
    step.refresh_from_db(fields=[*GROWING])


def wait_for(
    step: ConversationStep, ready: Callable[[ConversationStep], bool], *, seconds: float, timing: Timing
) -> bool:
    """Look at the row until it is ready; False after `seconds`."""
    return timing.wait(lambda: ready(step), look_again=lambda: look_again(step), seconds=seconds)


def is_open(step: ConversationStep) -> bool:
    """Whether the answer is still waited for: nobody has finished the step."""
    return ConversationStep.objects.filter(pk=step.pk, finished_at__isnull=True).exists()


def is_finished(step: ConversationStep) -> bool:
    """Whether all parts are known."""
    return step.finished_at is not None


def is_left(step: ConversationStep) -> bool:
    """Whether the step waits for no model, and has no answer all the same: whoever took it came no further."""
    return step.verdict not in turn.ANSWERED and not (step.parts or step.twiml or is_finished(step))


def is_stalled(step: ConversationStep, timing: Timing = TIMING) -> bool:
    """Whether whoever made this answer must have died."""
    seconds = (now() - step.received_at).total_seconds()
    return not is_finished(step) and timing.is_stalled(seconds, opening=step.kind in OPENINGS)


def abandoned(at: datetime, timing: Timing = TIMING) -> list[ConversationStep]:
    """The open steps of ended calls whose process died."""
    received_before = at - timedelta(seconds=timing.stalled)
    left = ConversationStep.objects.select_related("call")
    return list(left.filter(finished_at=None, received_at__lt=received_before, call__status__in=ENDED_STATUSES))


def before(step: ConversationStep, *, typed: bool, asked: bool = False) -> tuple[State, barge_in.CutOff | None]:
    """The conversation before this step, and what was heard of our last prompt if the caller talked into it.

    Keys cut nothing off, nor does anything an opening. `asked`: that prompt asked whether they want no more calls.
    """
    earlier = ConversationStep.objects.filter(call=step.call_id, number__lt=step.number).order_by("-number")
    verdicts = earlier.values_list("verdict", flat=True)
    strikes = turn.strikes(verdicts[: turn.MOST_STRIKES]) if turn.strikes([step.verdict]) else 0
    prompt = earlier.filter(number=step.number - 1).first() if step.heard and not typed else None
    if prompt is None or prompt.kind in OPENINGS or prompt.listens_at is None:
        return State(strikes, asked_to_stop=asked), None
    parts = parts_of(prompt)
    spoken = barge_in.Prompt(tuple((part.text, part.seconds) for part in parts), certain=prompt.listens_from)
    result_seconds = (step.received_at - prompt.listens_at).total_seconds()
    cut = barge_in.cut_off(spoken, barge_in.cut_in_after(result_seconds, step.heard, pause=PAUSE_SECONDS))
    unheard = parts[cut.whole_parts :] if cut else ()
    return State(strikes, unheard=unheard, asked_to_stop=asked), cut


def asked_to_stop(call: Call, *, before: int) -> bool:
    """Whether our last words before that step asked the caller if they want no more calls."""
    earlier = call.steps.filter(number__lt=before).order_by("-number").values_list("parts", flat=True)
    said: list[dict[str, Any]] = next((parts for parts in earlier[: turn.MOST_STRIKES] if parts), [])
    return asks_whether_to_stop(" ".join(part["text"] for part in said))


def failed_before(step: ConversationStep) -> bool:
    """Whether the model's last answer was an apology already."""
    before = ConversationStep.objects.filter(call=step.call_id, number__lt=step.number, verdict__in=turn.ANSWERED)
    return bool(before.order_by("-number").values_list("failure", flat=True).first())


def _keep(step: ConversationStep, parts: Sequence[Part], fields: dict[str, Any]) -> bool:
    fields["parts"] = [{"text": part.text, "digest": part.digest, "seconds": round(part.seconds, 3)} for part in parts]
    if parts and step.answered_at is None:
        fields["answered_at"] = now()
    if not ConversationStep.objects.filter(pk=step.pk, finished_at=None).update(**fields):
        return False
    for name, value in fields.items():
        setattr(step, name, value)
    return True
