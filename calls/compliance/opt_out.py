"""Hearing "stop" without any model, as callers say it and as recognisers mishear it, and honouring it at once."""

import re

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from calls.call_log.events import log_event
from calls.models import Call, Disposition
from leads.consent.suppression import suppress
from leads.models import Activity, Lead, Suppression
from leads.timeline.activities import record

MISHEARD = (  # what recognisers make of the words, seen on 8 kHz audio
    (r"\b(due|dew|do|doo|you) (knot|nod|naught)\b|\b(due|dew) not\b|\bdonut\b|\bdon t\b|\bdont\b", "do not"),
    (r"\bdon't\b", "do not"),
    (r"\b(call|col|cal|kall|coal) ?(in|ing|en|an)\b|\bcolling\b|\bcolin\b|\bcolon\b", "calling"),
    (r"\b(stopped|stub|stopp|stuff) calling\b", "stop calling"),
    (r"\b(quick|quid|quite|quiet) calling\b", "quit calling"),
    (r"\b(loose|lows) my\b", "lose my"),
    (r"\btake (me|my number|us) of\b", r"take \1 off"),
    (r"\b(on|un) ?(subscribe|scribe)\b", "unsubscribe"),
    (r"\bremove me|re ?move me|move me (off|from)\b", "remove me"),
)
PEOPLE_AND_PHONES = "number|phone|line|house|home|cell|husband|wife|mother|father"
ME = rf"(me|us|here|(my|our|this) ({PEOPLE_AND_PHONES}))"
NOT_NOW = (  # "do not call me before five" is a wish about the hour
    r"(?! *(back )?(before|after|until|till|at|on|in|during|while|when|tomorrow|today|tonight|this|now|right now"
    r"|so|that)\b)"
)
NEVER = r"(do not|never|not to) (ever )?(call|phone|contact|ring|bother)"
ASKS_TO_STOP = re.compile(
    rf"\b(stop|quit|cease) (calling|phoning|bothering|contacting|harassing)\b"
    rf"|\b{NEVER} {ME} (again|anymore|any more|ever|back again)\b"
    rf"|\b{NEVER} ({ME}|again|anymore|any more|back)(?! not){NOT_NOW}"
    r"|\bdo not call (list|registry)\b|\bdo not call$"
    r"|\bno more calls\b|\bopt(ed|ing)? (me )?out\b|\bunsubscribe\b"
    rf"|\b(remove|delete|erase) {ME}|\btake {ME} off\b"
    r"|\blose (my|this) number\b|\bleave (me|us) alone\b"
)
# a "stop" that stands alone; the opening tells every caller to say just that
STOP_ALONE = re.compile(
    r"^((i (said|say)|please|okay|ok|just|hey|no|yes|wait|well|um|uh|and|so|now|you|should|can|could|would) )*"
    r"stop( (it|now|please|that|this|stop|thank you|thanks))*$"
)
NOT_A_WISH = re.compile(
    r"\b(did|do|does|when) (you|they|he|she) (ever )?stop calling\b|\b(do not|never) stop calling\b"
)


def is_opt_out(text: str) -> bool:
    """Whether these words ask not to be called again. Prefers a false yes: a missed one is against the law."""
    plain = _plain(text)
    sentences = [piece.strip() for piece in plain.split("|")]
    said = [" ".join(sentences), *sentences]  # recognisers put full stops inside sentences, too
    if any(ASKS_TO_STOP.search(NOT_A_WISH.sub(" ", words)) for words in said):
        return True
    return any(STOP_ALONE.match(sentence) for sentence in sentences)


def honour_opt_out(call: Call, *, heard: str, reason: Suppression.Reason) -> bool:
    """Never call that number again, from this moment; True the first time.

    The brokerage's own test lines are nobody's number: there the wish ends the call and is logged, no more.
    """
    with transaction.atomic():
        first = log_event(call.pk, "opt_out", dedupe_key="opt_out", reason=reason.value, heard=heard)
        outcome = _outcome(reason)
        Call.objects.filter(Q(outcome="") | Q(outcome_by_ai=True), pk=call.pk).update(
            outcome=outcome, outcome_by_ai=True
        )
        if str(call.to_number) not in test_lines():
            _remember(call, reason, first=first)
    return first


def test_lines() -> frozenset[str]:
    """The numbers (E.164) that belong to the brokerage's test callers."""
    return frozenset(number for numbers in settings.TEST_LINES.values() for number in str(numbers).split())


def _outcome(reason: Suppression.Reason) -> Disposition:
    wrong = reason == Suppression.Reason.WRONG_NUMBER
    return Disposition.WRONG_NUMBER if wrong else Disposition.DO_NOT_CALL


def _remember(call: Call, reason: Suppression.Reason, *, first: bool) -> None:
    suppress(str(call.to_number), reason=reason, call_id=call.pk)
    if not first or str(call.lead.phone) != str(call.to_number):
        return
    summary = f"Never call again: {reason.label.lower()}"
    record(call.lead_id, Activity.Kind.OPT_OUT, summary, by_ai=True, call_id=call.pk)
    wrong = reason == Suppression.Reason.WRONG_NUMBER
    why = Lead.LostReason.WRONG_NUMBER if wrong else Lead.LostReason.DO_NOT_CALL
    kept = (Lead.Stage.CLIENT, Lead.Stage.UNDER_CONTRACT, Lead.Stage.CLOSED, Lead.Stage.ARCHIVED)
    Lead.objects.filter(pk=call.lead_id).exclude(stage__in=kept).update(
        stage=Lead.Stage.LOST, lost_reason=why, next_action_at=None
    )


def _plain(text: str) -> str:
    """Lower case, sentences parted by "|", recogniser's spellings put right."""
    words = re.sub(r"[.!?,;:…—–-]+", " | ", text.casefold().replace("’", "'"))
    words = " ".join(re.sub(r"[^a-z0-9'| ]", " ", words).split())
    for heard, meant in MISHEARD:
        words = re.sub(heard, meant, words)
    return words
