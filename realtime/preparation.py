"""What a call needs before its first word: who it is, what the agent says first, what the model is told."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings

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
    return Prepared(
        call=call,
        script=Script(opening=_recorded(briefing.greeting, call), filler=_recorded(FILLER, call)),
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
        opted_out=_recorded(OPTED_OUT, call),
        began_ms=max(0, round((at - (call.answered_at or at)).total_seconds() * 1000)),
    )


def _recorded(text: str, call: Call) -> Utterance:
    """The sentence with its sound; without, when it cannot be rendered: then the model says it, or nobody."""
    try:
        return Utterance.of(text, mulaw(text, call_id=call.pk))
    except ProviderError as error:
        log.warning("line not rendered", call=str(call.pk), code=error.code)
        return Utterance(text)
