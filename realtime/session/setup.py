"""Call setup: authenticate the stream and load its opening, then build what the model is told.

The first part happens while somebody waits for the first word, so it reads little; the second while the opening plays.
"""

import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.db.models import Max

from calls.agent.briefing import brief, chat_history, disclosure_text
from calls.agent.opening import opening_of
from calls.agent.phrases import FILLER, HAND_OVER, NOBODY_FREE, OPTED_OUT
from calls.agent.tools.runner import openai_realtime_tools
from calls.call_flows.answering_machine import began_after_machine
from calls.call_log.engine_spans import begin_engine
from calls.carrier.media_stream import claim_stream
from calls.models import Call, Engine, Turn
from calls.providers import ProviderError
from calls.speech.clips import cached_mulaw, mulaw
from realtime.bridge.vocabulary.actions import ContextItem, GiveToolResult, Remember, RememberToolCall, Speaker
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase
from realtime.bridge.vocabulary.events import StreamStarted
from realtime.bridge.wire.openai import SessionConfig

log = structlog.get_logger(__name__)

STYLE = (
    "You are on the phone. Speak naturally and briefly, one or two short sentences at a time, and ask one question at "
    "a time. Never read out markup, lists or web addresses. If the audio is unclear, ask the caller to repeat it."
)
NO_ANSWER_NOTE = (
    "You tried to put the caller through to a colleague, and nobody took the call. A call back is on the staff's list. "
    "Go on with the conversation where it was; do not introduce yourself again."
)
PERSON_CAME_NOTE = (
    "A machine answered this call first, and what was said until now was said to it. Now a person is on the line and "
    "hears the opening; begin the conversation with that person."
)
ENDS_BEFORE_CARRIER_S = 5.0  # so that our goodbye comes before the carrier's time limit
MAX_KEYWORDS = 50
RENDER_S = 2.0  # for sentences that are not cached: somebody has picked up and hears nothing yet
RENDERERS = 16  # threads; a rendering that hangs holds one for longer than anybody waits
RECONNECTS = 2  # attempts at a new session after a lost one, all within `Limits.reconnect_s`


@dataclass(frozen=True, slots=True)
class CallSetup:
    """A claimed call, ready for its first word.

    `began_ms`: how long after the answer its stream started. `last_position`: of the transcript's last line so far.
    `put_through`: a machine answered first, and now a person is on the line. `recap`: what the model is told of a long
    call in place of its older lines.
    """

    call: Call
    config: CallConfig
    limits: Limits
    farewell: Phrase
    began_ms: int
    last_position: int = 0
    put_through: bool = False
    recap: str = ""


def set_up(start: StreamStarted, at: datetime) -> CallSetup | None:
    """Claim the call this stream belongs to and make it ready; None when the stream has no right to it.

    The caller is listening already: a first stream waits for three short queries, and for nothing it does not need now.
    """
    call = claim_stream(
        start.parameters.get("call", ""), token=start.parameters.get("token", ""), call_sid=start.call_sid
    )
    if call is None:
        return None
    came_back = call.stream_number > 1
    put_through = came_back and began_after_machine(call)
    resumes = came_back and not put_through
    opening = NOBODY_FREE if resumes else opening_of(call)
    first, filler, hand_over, farewell = _with_sound((opening, FILLER, HAND_OVER, OPTED_OUT), call)
    so_far = chat_history(call) if came_back else []
    return CallSetup(
        call=call,
        config=CallConfig(
            opening=first,
            disclosure="" if resumes else disclosure_text(),
            filler=filler,
            hand_over=hand_over,
            history=tuple(_history(call, so_far)),
            id_prefix=f"stream-{call.stream_number}-" if came_back else "",
        ),
        limits=_limits(),
        farewell=farewell,
        began_ms=max(0, round((at - (call.answered_at or at)).total_seconds() * 1000)),
        last_position=_last_position(call) if came_back else 0,
        put_through=put_through,
        recap="\n\n".join(message["content"] for message in so_far if message["role"] == "system"),
    )


def _limits() -> Limits:
    return Limits(
        call_s=settings.MAX_CALL_SECONDS - ENDS_BEFORE_CARRIER_S,
        reconnects=RECONNECTS,
        echo_db=settings.ECHO_GUARD_DB,
    )


def session_config(setup: CallSetup) -> SessionConfig:
    """What the model is told, read while the opening plays; the realtime engine now holds the line.

    A recap goes into the instructions and not among the items: a full session forgets its oldest items.
    """
    call = setup.call
    reason, note = _why_again(setup)
    begin_engine(call.pk, Engine.REALTIME, reason=reason)
    briefing = brief(call)
    known = [briefing.instructions, STYLE, *filter(None, (note, setup.recap))]
    return SessionConfig(
        instructions="\n\n".join(known),
        tools=tuple(openai_realtime_tools(briefing.tools)),
        voice=settings.OPENAI_REALTIME_VOICE,
        transcription_model=settings.OPENAI_TRANSCRIBE_MODEL,
        language=briefing.language.split("-")[0] or "en",
        keywords=briefing.hints[:MAX_KEYWORDS],
        silence_ms=setup.limits.silence_ms,
    )


def _why_again(setup: CallSetup) -> tuple[str, str]:
    """Why the line comes back to this engine, for the event log and for the model; empty on the first stream."""
    if setup.put_through:
        return "person", PERSON_CAME_NOTE
    return ("no_answer", NO_ANSWER_NOTE) if setup.call.stream_number > 1 else ("", "")


def _history(call: Call, so_far: Sequence[dict[str, Any]]) -> Iterator[ContextItem]:
    """What was said and done on the call's earlier streams and by its other engines, oldest first."""
    for number, message in enumerate(so_far):
        yield from _context_items(f"before-{call.stream_number}-{number}", message)


def _context_items(item_id: str, message: dict[str, Any]) -> Iterator[ContextItem]:
    if message["role"] == "tool":
        yield GiveToolResult(message["tool_call_id"], message["content"])
    for asked in message.get("tool_calls") or ():
        yield RememberToolCall(asked["id"], asked["function"]["name"], asked["function"]["arguments"])
    if message["role"] in ("user", "assistant") and message["content"]:
        speaker = Speaker.CALLER if message["role"] == "user" else Speaker.AGENT
        yield Remember(item_id, speaker, message["content"])


def _last_position(call: Call) -> int:
    last: int | None = Turn.objects.filter(call=call).aggregate(last=Max("position"))["last"]
    return last or 0


def _with_sound(texts: Sequence[str], call: Call) -> list[Phrase]:
    """The sentences with their sound. One not cached is rendered; if that takes too long, the model has to say it."""
    known = cached_mulaw(texts)
    deadline = monotonic() + RENDER_S
    made = {text: _pool.submit(_render, text, call.pk) for text in texts if text not in known}
    for text, sound in made.items():
        try:
            known[text] = sound.result(max(0.0, deadline - monotonic()))
        except (ProviderError, TooLate) as error:
            log.warning("line not rendered", call=str(call.pk), code=getattr(error, "code", "too_late"))
    return [Phrase.of(text, known[text]) if text in known else Phrase(text) for text in texts]


def _render(text: str, call_id: uuid.UUID) -> bytes:
    close_old_connections()
    try:
        return mulaw(text, call_id=call_id)
    finally:
        close_old_connections()


_pool = ThreadPoolExecutor(RENDERERS, thread_name_prefix="line")
