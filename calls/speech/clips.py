"""Render the agent's speech: once per text, stored in the database while it is used, served to the carrier.

A clip is named by its normalized words, voice and format, hashed with a key of ours: so it never changes and can be
cached forever, and nobody who guesses the words can tell its name.
Longer texts are rendered sentence by sentence, because most sentences (the opt-out, the recording) are the same on
every call. `<Play>` gets 8 kHz WAV: that is what the line carries, the carrier lists the type, and its length is known
to the sample.
"""

import io
import re
import time
import uuid
import wave
from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from calls.costs.ledger import book_usage
from calls.models import LIVE_STATUSES, ConversationStep, SpeechClip
from calls.providers import ProviderError, RenderedSpeech, Speech
from calls.providers.polly import speech
from calls.public_urls import public_url
from calls.speech.normalization import normalize
from calls.speech.sentences import split_sentences

log = structlog.get_logger(__name__)

HZ = 8000
TOUCH_AFTER = timedelta(days=1)  # how stale `last_used_at` may be, so that reading a clip writes nothing
DIGEST = re.compile(r"[0-9a-f]{64}")
# After this the process that renders the words is taken for dead: better render twice than leave a caller in silence.
ABANDONED_AFTER = timedelta(seconds=2)
GLANCE_SECONDS = 0.03
FOREVER = "public, max-age=31536000, immutable"
# output: (what the voice is asked for, content type served, extension)
FORMATS = {"wav": ("pcm", "audio/wav"), "mulaw": ("mulaw", "audio/ulaw")}


def clip(text: str, *, output: str = "wav", call_id: uuid.UUID | str | None = None) -> SpeechClip:
    """Return the text as a clip, without its audio loaded. A new one is charged to the call. Raises ProviderError."""
    voice = speech()
    digest = _digest(voice, text, output)
    while (known := _find_in_use(digest)) is None:  # of many that want the same words at once, one asks the vendor
        if _claim(digest, FORMATS[output][1]):
            return _render(voice, text, output, digest, call_id)
        time.sleep(GLANCE_SECONDS)
    return known


def mulaw(text: str, *, call_id: uuid.UUID | str | None = None) -> bytes:
    """Return the text as raw 8 kHz µ-law, the format of a media stream, rendered by sentences. Raises ProviderError.

    A text of several sentences is also stored as a whole, so that it is one query away when somebody picks up.
    """
    parts = split_sentences(text)
    if parts == [text]:
        return bytes(clip(text, output="mulaw", call_id=call_id).audio)
    digest = _digest(speech(), text, "mulaw")
    if (whole := _find_in_use(digest)) is not None:
        return bytes(whole.audio)
    sound = b"".join(bytes(clip(part, output="mulaw", call_id=call_id).audio) for part in parts)
    _store(digest, "audio/ulaw", RenderedSpeech(sound, "audio/ulaw", characters=0))
    return sound


def cached_mulaw(texts: Iterable[str]) -> dict[str, bytes]:
    """Return the µ-law of those texts that are rendered already, by text, in one query."""
    voice = speech()
    named = {_digest(voice, text, "mulaw"): text for text in texts}
    known = _rendered().filter(digest__in=named).values_list("digest", "audio")
    return {named[digest]: bytes(audio) for digest, audio in known}


def clip_url(digest: str) -> str:
    """Return the URL from which the carrier fetches that WAV clip."""
    return public_url(reverse("speech_clip", args=[digest, "wav"]))


@require_safe
def serve(request: HttpRequest, digest: str, extension: str) -> HttpResponse:
    """Serve a clip's bytes, without a login: the carrier has none, and its name is known to nobody else.

    A clip that is gone while a live call still names it is rendered again. If that fails, the carrier continues with
    its document.
    """
    found = (_find(digest) or _render_missing(digest)) if DIGEST.fullmatch(digest) else None
    if found is None or FORMATS.get(extension, ("", ""))[1] != found.content_type:
        raise Http404
    response = HttpResponse(bytes(found.audio), content_type=found.content_type)
    response["Cache-Control"] = FOREVER
    return response


def _digest(voice: Speech, text: str, output: str) -> str:
    """Name a clip. Another `SECRET_KEY` names it otherwise: the clips before are rendered again, and go unused.

    The words alone would be guessed: whether somebody is called James is one request, if `/speech/` answers it.
    """
    words = "\0".join((voice.voice, voice.engine, output, normalize(text)))
    return salted_hmac("calls.speech.clips", words, algorithm="sha256").hexdigest()


def _rendered() -> QuerySet[SpeechClip]:
    """Return the clips that have audio; the others are being rendered, in this or another process."""
    return SpeechClip.objects.filter(seconds__gt=0)


def _claim(digest: str, content_type: str) -> bool:
    """Claim the words for rendering; return False while another process renders them and has not died."""
    try:
        with transaction.atomic():
            SpeechClip.objects.create(digest=digest, content_type=content_type, audio=b"", seconds=0)
    except IntegrityError:
        left = SpeechClip.objects.filter(digest=digest, seconds=0, created_at__lt=now() - ABANDONED_AFTER)
        return bool(left.update(created_at=now()))
    return True


def _find_in_use(digest: str) -> SpeechClip | None:
    """Return the clip and mark it as used, so that it stays for this call; None also if it was just deleted."""
    found = _rendered().defer("audio").filter(digest=digest).first()
    if found is None or now() - found.last_used_at <= TOUCH_AFTER:
        return found
    return found if SpeechClip.objects.filter(pk=found.pk).update(last_used_at=now()) else None


def _find(digest: str) -> SpeechClip | None:
    return _rendered().filter(digest=digest).first()


def _render_missing(digest: str) -> SpeechClip | None:
    steps = ConversationStep.objects.filter(call__status__in=LIVE_STATUSES).order_by("-received_at")
    for call_id, parts in steps.values_list("call_id", "parts"):
        for part in parts:
            if part["digest"] == digest:
                return _rendered_again(part["text"], call_id)
    return None


def _rendered_again(text: str, call_id: uuid.UUID) -> SpeechClip | None:
    log.warning("a clip a live call names was gone", call=str(call_id))
    try:
        return clip(text, call_id=call_id)
    except ProviderError as error:
        log.warning("clip not rendered again", call=str(call_id), code=error.code)
        return None


def _render(voice: Speech, text: str, output: str, digest: str, call_id: uuid.UUID | str | None) -> SpeechClip:
    asked, content_type = FORMATS[output]
    try:
        rendered = voice.render(normalize(text), output=asked)
        if call_id is not None:
            book_usage(call_id, "polly.character", rendered.characters, model=voice.engine, key=f"clip:{digest[:32]}")
        return _store(digest, content_type, rendered)
    except BaseException:  # another process that waits for it may try
        SpeechClip.objects.filter(digest=digest, seconds=0).delete()
        raise


def _store(digest: str, content_type: str, rendered: RenderedSpeech) -> SpeechClip:
    is_wav = content_type == "audio/wav"
    audio = _as_wav(rendered.audio) if is_wav else rendered.audio
    seconds = len(rendered.audio) / (2 * HZ if is_wav else HZ)
    sound = {"content_type": content_type, "audio": audio, "characters": rendered.characters, "seconds": seconds}
    kept = SpeechClip(digest=digest, **sound)
    # One statement: the row may be there (taken before the voice was asked), or just have been deleted for its age.
    SpeechClip.objects.bulk_create([kept], update_conflicts=True, unique_fields=["digest"], update_fields=list(sound))
    return kept


def _as_wav(pcm: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(HZ)
        out.writeframes(pcm)
    return file.getvalue()
