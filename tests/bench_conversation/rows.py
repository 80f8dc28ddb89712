"""What a run does to Ringside's own rows: sounds are forgotten once they have been heard."""

from datetime import timedelta

from django.db.models import Max
from django.utils.timezone import now

from calls.models import ENDED_STATUSES, ConversationStep, SpeechClip

YOUNG = timedelta(seconds=5)  # it may be meant for an answer that has been begun early and is no step yet


def forget_sounds() -> int:
    """Drop the sounds of answers the caller has heard; how many.

    A model seldom says the same sentence twice, its stand-in often.
    """
    answers = ConversationStep.objects.exclude(number=0)
    live = answers.exclude(call__status__in=ENDED_STATUSES)
    speaking = set(live.values("call").annotate(last=Max("number")).values_list("call", "last"))
    heard: set[str] = set()
    needed: set[str] = set()
    for step in answers.only("call_id", "number", "parts"):
        is_speaking = (step.call_id, step.number) in speaking
        (needed if is_speaking else heard).update(part["digest"] for part in step.parts)
    old = SpeechClip.objects.filter(created_at__lt=now() - YOUNG)
    gone = list(old.filter(digest__in=heard - needed).values_list("pk", flat=True))
    return SpeechClip.objects.filter(pk__in=gone).delete()[0] if gone else 0
