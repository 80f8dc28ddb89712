"""The agent's voice as sound: rendered once per text, kept in the database, served to the carrier.

A clip is named by what it says and how, so it never changes and may be cached for ever. Longer texts are rendered by
sentences, most of which (the opt-out, the recording) are the same on every call. `<Play>` gets 8 kHz WAV: what
the line carries anyway, of a type the carrier lists, and of a length that is known to the sample.
"""

import hashlib
import io
import re
import threading
import uuid
import wave
from collections.abc import Iterable
from datetime import timedelta
from weakref import WeakValueDictionary

from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from calls.addresses import public_url
from calls.costs import book
from calls.models import SpeechClip
from calls.providers import RenderedSpeech, Speech
from calls.providers.polly import speech
from calls.sentences import split

HZ = 8000
TOUCH_AFTER = timedelta(days=1)  # how stale `last_used_at` may be, so that reading a clip writes nothing
DIGEST = re.compile(r"[0-9a-f]{64}")
FOREVER = "public, max-age=31536000, immutable"
# output: (what the voice is asked for, content type served, extension)
FORMATS = {"wav": ("pcm", "audio/wav"), "mulaw": ("mulaw", "audio/ulaw")}

_rendering: WeakValueDictionary[str, "threading.Lock"] = WeakValueDictionary()
_guard = threading.Lock()


def clip(text: str, *, output: str = "wav", call_id: uuid.UUID | str | None = None) -> SpeechClip:
    """The text as speech, without its audio loaded. Whoever renders it pays for it. Raises ProviderError."""
    voice = speech()
    digest = _digest(voice, text, output)
    if (known := _known(digest)) is not None:
        return known
    with _lock(digest):  # of many who want the same words at once, one asks the vendor
        return _known(digest) or _render(voice, text, output, digest, call_id)


def mulaw(text: str, *, call_id: uuid.UUID | str | None = None) -> bytes:
    """The text as raw 8 kHz µ-law, as a media stream carries it, rendered by sentences. Raises ProviderError.

    A text of several sentences is kept as a whole too, so that it is one row away when somebody picks up.
    """
    parts = split(text)
    sound = b"".join(bytes(clip(part, output="mulaw", call_id=call_id).audio) for part in parts)
    if parts != [text]:
        _keep(_digest(speech(), text, "mulaw"), "audio/ulaw", RenderedSpeech(sound, "audio/ulaw", characters=0))
    return sound


def at_hand(texts: Iterable[str]) -> dict[str, bytes]:
    """Those of the texts that have been rendered as µ-law before, by text; one query."""
    voice = speech()
    named = {_digest(voice, text, "mulaw"): text for text in texts}
    known = SpeechClip.objects.filter(digest__in=named).values_list("digest", "audio")
    return {named[digest]: bytes(audio) for digest, audio in known}


def clip_url(digest: str) -> str:
    """Where the carrier fetches that WAV clip."""
    return public_url(reverse("speech_clip", args=[digest, "wav"]))


@require_safe
def serve(request: HttpRequest, digest: str, extension: str) -> HttpResponse:
    """A clip's bytes. Open to all: its name is a hash of words only those know who could ask for them."""
    found = SpeechClip.objects.filter(digest=digest).first() if DIGEST.fullmatch(digest) else None
    if found is None or FORMATS.get(extension, ("", ""))[1] != found.content_type:
        raise Http404
    response = HttpResponse(bytes(found.audio), content_type=found.content_type)
    response["Cache-Control"] = FOREVER
    return response


def _digest(voice: Speech, text: str, output: str) -> str:
    return hashlib.sha256("\0".join((voice.voice, voice.engine, output, text)).encode()).hexdigest()


def _known(digest: str) -> SpeechClip | None:
    found = SpeechClip.objects.defer("audio").filter(digest=digest).first()
    if found is not None and now() - found.last_used_at > TOUCH_AFTER:
        SpeechClip.objects.filter(pk=found.pk).update(last_used_at=now())
    return found


def _render(voice: Speech, text: str, output: str, digest: str, call_id: uuid.UUID | str | None) -> SpeechClip:
    asked, content_type = FORMATS[output]
    rendered = voice.render(text, output=asked)
    if call_id is not None:
        book(call_id, "polly.character", rendered.characters, model=voice.engine, key=f"clip:{digest[:32]}")
    return _keep(digest, content_type, rendered)


def _keep(digest: str, content_type: str, rendered: RenderedSpeech) -> SpeechClip:
    is_wav = content_type == "audio/wav"
    audio = _as_wav(rendered.audio) if is_wav else rendered.audio
    seconds = len(rendered.audio) / (2 * HZ if is_wav else HZ)
    try:
        with transaction.atomic():
            return SpeechClip.objects.create(
                digest=digest, content_type=content_type, audio=audio, characters=rendered.characters, seconds=seconds
            )
    except IntegrityError:  # another process rendered it meanwhile
        return SpeechClip.objects.get(digest=digest)


def _as_wav(pcm: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(HZ)
        out.writeframes(pcm)
    return file.getvalue()


def _lock(digest: str) -> threading.Lock:
    with _guard:
        return _rendering.setdefault(digest, threading.Lock())
