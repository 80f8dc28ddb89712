"""What a call needs before its first word: who it is, what the agent says first, what the model is told."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

import structlog
from django.conf import settings
from django.db import close_old_connections

from calls.agent.briefing import brief
from calls.agent.tools import openai_realtime_tools
from calls.engines import begin_engine
from calls.media_access import claim_stream
from calls.models import Call, Engine
from calls.providers import ProviderError
from calls.speech import mulaw
from realtime.bridge.events import StreamStarted
from realtime.bridge.script import Limits, Script, Utterance
from realtime.bridge.wire import Session

log = structlog.get_logger(__name__)

FILLER = "One moment, please."
OPTED_OUT = "Understood. We won't call you again. Goodbye."
STYLE = (
    "You are on the phone. Speak naturally and briefly, one or two short sentences at a time, and ask one question at "
    "a time. Never read out markup, lists or web addresses. If the audio is unclear, ask the caller to repeat it."
)
ENDS_BEFORE_CARRIER_S = 5.0  # our own goodbye comes before the carrier's time limit cuts the call
MAX_KEYWORDS = 50
RENDER_S = 2.0  # for the lines that wait in no cache: somebody has picked up and hears nothing yet
RENDERERS = 16  # threads; a voice that hangs holds them for longer than anybody waits
RECONNECTS = 2  # attempts at a new session after a lost one, all within `Limits.reconnect_s`


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed call, ready to be held. ``began_ms``: how long after the answer its stream started."""

    call: Call
    script: Script
    session: Session
    limits: Limits
    opted_out: Utterance
    began_ms: int


def prepare(start: StreamStarted, at: datetime) -> Prepared | None:
    """Claim the call this stream belongs to and make it ready; None when the stream has no right to it."""
    call = claim_stream(
        start.parameters.get("call", ""), token=start.parameters.get("token", ""), call_sid=start.call_sid
    )
    if call is None:
        return None
    begin_engine(call.pk, Engine.REALTIME)
    briefing = brief(call)
    limits = Limits(call_s=settings.MAX_CALL_SECONDS - ENDS_BEFORE_CARRIER_S, reconnects=RECONNECTS)
    opening, filler, opted_out = _recorded((briefing.greeting, FILLER, OPTED_OUT), call)
    return Prepared(
        call=call,
        script=Script(opening=opening, filler=filler),
        session=Session(
            instructions=f"{briefing.instructions}\n\n{STYLE}",
            tools=tuple(openai_realtime_tools(briefing.tools)),
            voice=settings.OPENAI_REALTIME_VOICE,
            transcription_model=settings.OPENAI_TRANSCRIBE_MODEL,
            language=briefing.language.split("-")[0] or "en",
            keywords=briefing.hints[:MAX_KEYWORDS],
            silence_ms=limits.silence_ms,
        ),
        limits=limits,
        opted_out=opted_out,
        began_ms=max(0, round((at - (call.answered_at or at)).total_seconds() * 1000)),
    )


def _recorded(texts: tuple[str, ...], call: Call) -> Iterator[Utterance]:
    """The sentences with their sound; without, when it is not there in time: then the model says it, or nobody."""
    deadline = monotonic() + RENDER_S
    for text, sound in [(text, _pool.submit(_rendered, text, call.pk)) for text in texts]:
        try:
            yield Utterance.of(text, sound.result(max(0.0, deadline - monotonic())))
        except (ProviderError, TooLate) as error:
            log.warning("line not rendered", call=str(call.pk), code=getattr(error, "code", "too_late"))
            yield Utterance(text)


def _rendered(text: str, call_id: uuid.UUID) -> bytes:
    close_old_connections()
    try:
        return mulaw(text, call_id=call_id)
    finally:
        close_old_connections()


_pool = ThreadPoolExecutor(RENDERERS, thread_name_prefix="line")
