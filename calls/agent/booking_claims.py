"""Detect booking claims without a booking: the agent says an appointment is booked, and no row has it.

The instructions forbid that, but a model may skip the tool and speak as if it had called it. A lead who believes in an
appointment nobody has in their calendar must be called back.
"""

import re
import uuid

from django.db.models import Q

from calls.call_log.callbacks import file_call_back
from calls.call_log.events import log_event
from calls.models import Call, EventKind
from leads.models import Appointment

_SENTENCE = re.compile(r"[^.!?]+[.!?]?")
_CLAIM = re.compile(
    r"^(?>.*?\b(?:you|you['’]re|your|that['’]s|that is|it['’]s|it is|i['’]ve|i have|we['’]ve|we have)\b)"
    r".*\b(?:booked|scheduled|confirmed)\b",
    re.IGNORECASE | re.DOTALL,
)
_NO_CLAIM = re.compile(
    r"\b(?:not|nothing|never|no|once|when|if|until|before|would|could|should|can|may be|to be|get|let)\b|n['’]t\b",
    re.IGNORECASE,
)


def claims_a_booking(text: str) -> bool:
    """Whether the text claims that an appointment is booked. Questions and conditions claim nothing."""
    sentences = (sentence.strip() for sentence in _SENTENCE.findall(text))
    return any(
        _CLAIM.search(sentence) and not _NO_CLAIM.search(sentence) and not sentence.endswith("?")
        for sentence in sentences
    )


def check_claim(call_id: uuid.UUID, text: str, *, item_id: str) -> bool:
    """File a call back if the text claims a booking that no row has; return whether it does."""
    if not claims_a_booking(text):
        return False
    call = Call.objects.get(pk=call_id)
    if Appointment.objects.filter(
        Q(call_id=call.pk) | Q(lead_id=call.lead_id), status=Appointment.Status.CONFIRMED
    ).exists():
        return False
    log_event(call.pk, EventKind.UNBACKED_CLAIM, dedupe_key=f"unbacked_claim:{item_id}"[:120], item=item_id)
    file_call_back(call, reason="the AI spoke of an appointment that is not booked")
    return True
