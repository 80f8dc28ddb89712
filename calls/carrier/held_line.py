"""What a live line hears while the database is away: some words, and then the carrier asks the same again.

The carrier brings what a caller said only once, and its own repetitions come within seconds, in silence. So the answer
is a document that bridges the wait and comes back here; the form is kept meanwhile, and a wish not to be called is
honored without a row. A caller goes on being heard. Who waited for long gets a promise and a goodbye.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic, sleep
from typing import Any, cast
from xml.etree.ElementTree import Element

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, QueryDict
from django.utils.timezone import now

from calls.call_log.callbacks import keep_promise
from calls.call_log.transcript import keep_words
from calls.carrier import twiml
from calls.compliance.opt_out import keep_opt_out
from calls.compliance.opt_out_words import FAREWELL, opt_out_by
from calls.database import held_forms
from calls.database.outage import is_outage, outage, patience
from calls.database.writes import something_waits, take_in_of
from calls.models import Turn
from calls.public_urls import held_url
from leads.models import Suppression

log = structlog.get_logger(__name__)

ROUND = "held"  # in the address: how often the line was held before
OUTAGE = "outage"  # in the address: a name for the outage in which it is held
MOST_ROUNDS = 8  # some half a minute
WORDS = ("One moment, please.", "I'm still here, just a second.", "Thank you for waiting.", "One more moment, please.")
PROMISE = "I'm sorry, I'm having technical trouble on this line. One of our agents will call you back shortly. Goodbye."
LISTENS_SECONDS = 2  # after the words; with the time a round takes, below 3 s of silence
TRIES_FOR = 1.0  # seconds of a request in which the database is asked again
TRIES_EVERY = 0.3
GIVE_WAY = 3.0  # the same where nobody listens
SPEECH, KEYS = "SpeechResult", "Digits"


def patiently[T](work: Callable[[], T], *, call_id: uuid.UUID, seconds: float = TRIES_FOR) -> T:
    """Do it, again and again while the database is away, for so long; then the last error is raised.

    What an earlier outage left unwritten of the call is written first, because it may decide what is answered.
    """
    until = monotonic() + seconds
    while True:
        try:
            with patience():
                if something_waits():
                    take_in_of(call_id)
                return work()
        except Exception as error:
            if not is_outage(error):
                raise
            close_old_connections()
            if monotonic() + TRIES_EVERY >= until:
                outage.notice()
                raise
            sleep(TRIES_EVERY)


def rounds(request: HttpRequest) -> int:
    """How often this line was held before, for this request."""
    text = request.GET.get(ROUND, "")
    return int(text) if re.fullmatch(r"[0-9]{1,2}", text) else 0


def bring_back(request: HttpRequest, call_id: uuid.UUID, item: str) -> str:
    """Give a request that comes again what it brought before, with what was said since behind it.

    The farewell when a wish not to be called was spoken into the wait, else empty: whatever the request was about, it
    may not be asked for again, and the database may be back.
    """
    if not rounds(request):
        return ""
    form = request.POST.copy()
    for name, values in held_forms.find(request.path).items():
        if name in (SPEECH, KEYS):
            form[name] = (
                " ".join(filter(None, [*values, form.get(name, "")]))
                if name == SPEECH
                else form.get(name) or values[-1]
            )
        elif name not in form:
            form.setlist(name, values)
    request.POST = cast(Any, form)
    if item:
        try:
            return _honor_wish(call_id, form, _line(request, item))
        except Exception as error:  # as of a call nobody knows: what answers the request says so
            log.exception("words of a held line not kept", call=str(call_id), error=type(error).__name__)
    return ""


def let_go(request: HttpRequest) -> None:
    """The request is answered: forget its form."""
    if rounds(request):
        held_forms.drop(request.path)


def hold(request: HttpRequest, call_id: uuid.UUID, *, item: str, opening: bool) -> str:
    """The document for a line that has to wait. `item` names the caller's words in the transcript; empty: no lead's.

    `opening`: nobody has said yet who calls.
    """
    form, before = request.POST, rounds(request)
    log.warning("line held, the database is away", call=str(call_id), rounds=before)
    if item and (document := _honor_wish(call_id, form, _line(request, item))):
        return document
    if before >= MOST_ROUNDS:
        held_forms.drop(request.path)
        keep_promise.keep(call_id, reason="a fault of ours ended the call")
        return twiml.document(twiml.say(PROMISE), twiml.hangup())
    held_forms.keep(request.path, {name: form.getlist(name) for name in form})
    words = f"This is {settings.BROKERAGE_NAME}. {WORDS[0]}" if opening and not before else WORDS[before % len(WORDS)]
    again = held_url(request.path, **{ROUND: str(before + 1), OUTAGE: _outage(request) or uuid.uuid4().hex[:8]})
    return twiml.document(*_wait(words, again, listens=bool(item)))


def _outage(request: HttpRequest) -> str:
    text = request.GET.get(OUTAGE, "")
    return text if re.fullmatch(r"[0-9a-f]{8}", text) else ""


def _line(request: HttpRequest, item: str) -> str:
    """The caller's line in the transcript: what is said in one outage is one line, and none of an earlier one's."""
    return f"{item}-{_outage(request)}" if item.startswith("held-") else item


def _honor_wish(call_id: uuid.UUID, form: QueryDict, item: str) -> str:
    """Keep what was said; a goodbye when it was a wish not to be called, else empty."""
    said = _keep_words(call_id, form, item)
    keys = form.get(KEYS, "")
    wish = opt_out_by(keys=keys) if keys else opt_out_by(speech=form.get(SPEECH, ""))
    if not wish:
        return ""
    keep_opt_out.keep(call_id, heard=said, reason=Suppression.Reason(wish).value)
    _keep_line(call_id, Turn.Speaker.AGENT, f"{item}-farewell", FAREWELL, now())
    return twiml.document(twiml.say(FAREWELL), twiml.hangup())


def _wait(words: str, again: str, *, listens: bool) -> Iterable[Element]:
    if not listens:
        return twiml.say(words), twiml.pause(1), twiml.redirect(again)
    ear = twiml.verb(
        "Gather",
        twiml.say(words),
        input="speech dtmf",
        action=again,
        method="POST",
        timeout=LISTENS_SECONDS,
        speech_timeout=1 if settings.TWILIO_SPEECH_MODEL else "auto",
        speech_model=settings.TWILIO_SPEECH_MODEL or None,
        num_digits=1,
        action_on_empty_result=True,
        barge_in=True,
    )
    return (ear,)


def _keep_words(call_id: uuid.UUID, form: QueryDict, item: str) -> str:
    keys, speech = form.get(KEYS, ""), " ".join(twiml.clean(form.get(SPEECH, "")).split())
    said = f"(pressed {twiml.clean(keys)[:20]})" if keys else speech
    if said:
        _keep_line(call_id, Turn.Speaker.LEAD, item, said, now())
    return said


def _keep_line(call_id: uuid.UUID, speaker: Turn.Speaker, item: str, text: str, at: datetime) -> None:
    keep_words.keep(call_id, speaker=speaker.value, item=item, text=text, at=at.isoformat())
