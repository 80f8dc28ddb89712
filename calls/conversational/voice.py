"""The voice of the conversational engine: sentences become clips, or words for the carrier's own voice."""

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate

import structlog
from django.conf import settings
from django.db import close_old_connections

from calls.agent.opening import opening_of
from calls.call_log.events import log_event
from calls.conversational.documents import Spoken
from calls.conversational.timing import TIMING, Timing
from calls.conversational.turn import Part
from calls.models import Call, EventKind
from calls.providers import ProviderError, polly
from calls.speech import clips
from calls.speech.normalization import normalize, readable
from calls.speech.sentences import split_sentences

log = structlog.get_logger(__name__)

WORDS_PER_SECOND = 2.6  # at the usual pace of people and of Polly's neural voices
AT_ONCE = 32  # sentences of openings that no worker has rendered while the phone rang

_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="voice")


class Voice:
    """Renders sentences. After a failure it rests, so that an outage costs one time-out and not one per sentence.

    `rests_until` says for each vendor's address, by the clock, until when.
    """

    def __init__(self, timing: Timing = TIMING) -> None:
        self.rests_until: dict[str, float] = {}
        self._timing = timing

    def part(self, text: str, call_id: uuid.UUID) -> Part:
        """The text as a clip; when the voice fails or rests, as text for the carrier's own voice."""
        text = readable(text)
        vendor = settings.AWS_ENDPOINT_URL_POLLY or settings.AWS_REGION
        now = self._timing.clock.now
        if now() >= self.rests_until.get(vendor, 0.0):
            try:
                clip = clips.clip(text, call_id=call_id)
                return Part(text, clip.digest, clip.seconds)
            except ProviderError as error:
                self.rests_until[vendor] = now() + self._timing.voice_rest
                _note(call_id, error.code)
        return unvoiced(text)

    def opening(self, call: Call) -> list[Part]:
        """The opening of that call, which no worker may have rendered while the phone rang."""
        return self.parts(split_sentences(opening_of(call)), call.pk)

    def parts(self, texts: Sequence[str], call_id: uuid.UUID) -> list[Part]:
        """Several texts rendered at the same time; the carrier itself says what is not there soon enough."""
        until = time.monotonic() + self._timing.opening_render
        made = [(text, _pool.submit(_with_own_connection, self.part, text, call_id)) for text in texts]
        return [_in_time(text, part, until) for text, part in made]


VOICE = Voice()  # this process's


def warm_up() -> None:
    """Make this process's client of the voice while the opening plays: the first one costs some 100 ms."""
    _pool.submit(polly.warm_up)


def unvoiced(text: str) -> Part:
    """The text for the carrier's own voice."""
    return Part(readable(text), "", spoken_seconds(text))


def spoken_seconds(text: str) -> float:
    """How long it takes to say a text."""
    return len(normalize(text).split()) / WORDS_PER_SECOND


def spoken(part: Part) -> Spoken:
    """A rendered part as a document plays it."""
    return Spoken(part.text, clips.clip_url(part.digest) if part.digest else "")


def _note(call_id: uuid.UUID, code: str) -> None:
    log.warning("voice failed, the carrier speaks", call=str(call_id), code=code)
    log_event(call_id, EventKind.FALLBACK, dedupe_key="fallback:voice", part="voice", to="say", reason=code)


def _in_time(text: str, part: "Future[Part]", until: float) -> Part:
    try:
        return part.result(max(0.0, until - time.monotonic()))
    except TooLate:
        return unvoiced(text)


def _with_own_connection(render: Callable[[str, uuid.UUID], Part], text: str, call_id: uuid.UUID) -> Part:
    close_old_connections()
    try:
        return render(text, call_id)
    finally:
        close_old_connections()
