"""Evict rendered speech nobody has asked for in a long time, the longest unused first, a few clips at a time.

A clip named in a call's documents was asked for during that call, and `last_used_at` is at most `TOUCH_AFTER` older
than the last time it was asked for. So a clip unused for longer than that plus a whole call is named by no live call,
no opening waiting to be played and no repeated webhook, however full the cache is, and nothing has to be looked up.
"""

from datetime import datetime, timedelta
from itertools import accumulate

from django.conf import settings
from django.db.models import Case, F, FloatField, QuerySet, Sum, When

from calls.models import SpeechClip
from calls.speech.clips import HZ, TOUCH_AFTER

MOST_AT_ONCE = 50  # clips; of 16,000 (500 MB) on SQLite 10 ms in all, and 18,000 an hour at the sweep's pace
BEYOND_A_CALL = timedelta(hours=1)  # ringing, the sweep's own delays, a carrier's late repetition
_BYTES = Case(
    When(content_type="audio/wav", then=F("seconds") * (2 * HZ)), default=F("seconds") * HZ, output_field=FloatField()
)


def evict_old_clips(at: datetime) -> int:
    """Delete some clips: those unused for `SPEECH_CACHE_DAYS`, else the longest unused beyond `SPEECH_CACHE_MB`.

    Returns how many.
    """
    return _delete_unused(at, _too_old(at) or _too_many(at))


def _too_old(at: datetime) -> list[int]:
    if not settings.SPEECH_CACHE_DAYS:
        return []
    old = _not_in_use(at).filter(last_used_at__lt=at - timedelta(days=settings.SPEECH_CACHE_DAYS))
    return list(old.values_list("pk", flat=True)[:MOST_AT_ONCE])


def _too_many(at: datetime) -> list[int]:
    """Return the longest unused clips, as few as bring the size down to the limit."""
    if not settings.SPEECH_CACHE_MB:
        return []
    total: float = SpeechClip.objects.aggregate(total=Sum(_BYTES))["total"] or 0.0
    sized = _not_in_use(at).values_list("pk", _BYTES)[:MOST_AT_ONCE] if total > _most_bytes() else []
    before = accumulate((size for _, size in sized), initial=0.0)
    return [pk for (pk, _), gone in zip(sized, before, strict=False) if total - gone > _most_bytes()]


def _most_bytes() -> int:
    return int(settings.SPEECH_CACHE_MB * 1_000_000)


def _not_in_use(at: datetime) -> "QuerySet[SpeechClip]":
    """Return the clips no live call can need, the longest unused first."""
    return SpeechClip.objects.filter(last_used_at__lt=_in_use_since(at)).order_by("last_used_at")


def _in_use_since(at: datetime) -> datetime:
    return at - TOUCH_AFTER - timedelta(seconds=settings.MAX_CALL_SECONDS) - BEYOND_A_CALL


def _delete_unused(at: datetime, clips: list[int]) -> int:
    """Delete the clips, except those asked for since they were chosen."""
    deleted, _ = SpeechClip.objects.filter(pk__in=clips, last_used_at__lt=_in_use_since(at)).delete()
    return deleted
