"""Place a call: first the row, then the gate, then an AI's opening, then exactly one request to the carrier.

A request whose answer never came may have placed the call all the same: the row stays DIALING until a webhook or the
sweep finds out. Nothing here dials a second time.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from calls.agent.opening import OpeningNotPossible, opening_of
from calls.call_log.events import log_event
from calls.carrier.call_sids import adopt_sid
from calls.compliance import gate
from calls.compliance.gate import Block, Decision, may_dial
from calls.lifecycle import ending
from calls.models import AgentMode, Call, CallStatus, CallType, Comparison, EventKind
from calls.providers import CarrierCall, DialPlan, ProviderError
from calls.providers.twilio import telephony
from calls.public_urls import callback_url
from leads.models import E164, Lead, StaffProfile
from leads.phone_numbers import keys_after_answer
from leads.row_by_row import row_by_row

log = structlog.get_logger(__name__)

LINES_LOCK = 0x52_49_4E_47  # PostgreSQL advisory lock: its holder counts the live calls and takes a line
BLOCKED = "blocked"  # Call.error_code of an attempt the gate refused


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no call was placed. `call` is the attempt, kept as the record of the decision."""

    blocked: tuple[Block, ...]
    call: Call | None = None

    @property
    def at_capacity(self) -> bool:
        """Whether only the number of lines, or a restart, stands in the way."""
        return all(block.rule in ("capacity", "draining") for block in self.blocked)


def request_call(
    *,
    lead: Lead,
    type: CallType,
    placed_by: User,
    agent_mode: str = "auto",
    comparison: Comparison | None = None,
    to_number: str | None = None,
) -> Call | Refusal:
    """Call `lead` now. The call may have failed at the carrier (see its status), or wait for a busy test line."""
    number = to_number or str(lead.phone)
    if not re.fullmatch(E164, number):  # no row holds such a number, so there is no attempt to keep
        return Refusal(may_dial(lead, type, now(), to_number=number, placed_by=placed_by).blocked)
    call = Call.objects.create(
        type=type,
        lead=lead,
        to_number=number,
        placed_by=placed_by,
        agent_mode=agent_mode_for(lead, agent_mode),
        comparison=comparison,
        simulated=bool(settings.TWILIO_API_BASE_URL),
    )
    placed = place_call(call)
    if isinstance(placed, Call) and placed.is_ended:  # the carrier refused it: its line is free for who waits
        place_waiting_after_commit()
    return placed


def place_call(call: Call) -> Call | Refusal:
    """Place a waiting call: the only path to the carrier. A comparison's call keeps waiting while its line is busy."""
    decision = may_dial(
        call.lead, CallType(call.type), now(), to_number=str(call.to_number), placed_by=call.placed_by, call=call
    )
    if decision.may_wait and call.comparison_id:
        log_event(call.pk, EventKind.GATE, dedupe_key="gate:waiting", **decision.as_json())
        return call
    log_event(call.pk, EventKind.GATE, **decision.as_json())
    if not decision.allowed:
        return _refuse(call, decision)
    if call.type != CallType.REGULAR and (reason := _no_opening(call)):
        return _refuse(call, Decision((Block("opening", reason),)))
    try:
        with transaction.atomic():
            line = _take_a_line(call)
    except IntegrityError:  # another attempt took the number since the gate looked
        return call if call.comparison_id else _refuse(call, Decision((_number_taken(),)))
    if line is _Line.NONE_LEFT:
        return call if call.comparison_id else _refuse(call, Decision((gate.all_busy(),)))
    call.refresh_from_db()
    return _dial(call) if line is _Line.TAKEN else call


class _Line(Enum):
    """How an attempt to take a line for a waiting call went."""

    TAKEN = auto()
    NONE_LEFT = auto()  # the last one has gone since the gate looked
    NOT_WAITING = auto()  # somebody else placed or ended the call since


def _take_a_line(call: Call) -> _Line:
    """Take a line for a waiting call, which moves it to DIALING.

    Counting the live calls and taking a line are one step: SQLite has one writer, on PostgreSQL a lock queues them.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINES_LOCK])
    if Call.objects.live().exclude(pk=call.pk).count() >= settings.MAX_LIVE_CALLS:
        return _Line.NONE_LEFT
    waiting = Call.objects.filter(pk=call.pk, status=CallStatus.QUEUED)
    moved = waiting.update(status=CallStatus.DIALING, placed_at=now())
    return _Line.TAKEN if moved else _Line.NOT_WAITING


def place_due() -> int:
    """Place the comparison calls that wait for a line; returns how many were placed."""
    waiting = Call.objects.filter(status=CallStatus.QUEUED, comparison__isnull=False).order_by("queued_at", "pk")
    return sum(row_by_row(waiting.with_people(), _place_if_free))


def _place_if_free(call: Call) -> bool:
    if Call.objects.live().filter(to_number=call.to_number).exists():
        return False
    result = place_call(call)
    return isinstance(result, Call) and result.status != CallStatus.QUEUED


def place_waiting_after_commit() -> None:
    """Place waiting comparison calls once the transaction that frees a line is committed."""
    transaction.on_commit(place_due, robust=True)


def end_call(call: Call) -> bool:
    """End a call on a person's request; False when it had ended. A call not yet at the carrier is canceled."""
    call.refresh_from_db()
    if call.is_ended:
        return False
    if not call.twilio_sid:
        ended = ending.record_end(call, CallStatus.CANCELED, reason="ended by staff")
        place_waiting_after_commit()
        return ended
    log_event(call.pk, EventKind.END_REQUESTED)
    telephony().end_call(call.twilio_sid)
    return True


def agent_mode_for(lead: Lead, wanted: str = "auto") -> AgentMode:
    """Whether the agent talks to a buyer or a seller: as asked, else by the lead's intent or homes to sell."""
    if wanted in AgentMode.values:
        return AgentMode(wanted)
    if lead.intent == Lead.Intent.SELLER:
        return AgentMode.SELLER
    if lead.intent == Lead.Intent.UNKNOWN and lead.seller_properties.exists():
        return AgentMode.SELLER
    return AgentMode.BUYER


def dial_plan(call: Call) -> DialPlan:
    """The request to the carrier for that call. A regular call rings the staff member; its TwiML dials the lead.

    The keys of an extension are pressed after the answer. The carrier then tells no machine from a person.
    """
    keys = keys_after_answer(lead_extension(call))
    plan = DialPlan(
        to=str(call.to_number),
        send_digits=keys,
        from_number=settings.TWILIO_FROM_NUMBER,
        answer_url=callback_url("twilio_voice", call.pk),
        status_url=callback_url("twilio_status", call.pk),
        recording_url=callback_url("twilio_recording", call.pk),
        amd_url="" if keys else callback_url("twilio_amd", call.pk),
        ring_seconds=settings.RING_SECONDS,
        max_seconds=settings.MAX_CALL_SECONDS,
    )
    if call.type == CallType.REGULAR:  # the lead's leg is recorded by its <Dial>, and no machine answers at the desk
        to, extension = staff_phone(call)
        keys = keys_after_answer(extension)
        return replace(plan, to=to, send_digits=keys, record=False, recording_url="", amd_url="")
    return plan


def lead_extension(call: Call) -> str:
    """The extension behind the number that is called; a test line has none."""
    return call.lead.phone_extension if str(call.to_number) == str(call.lead.phone) else ""


def staff_phone(call: Call) -> tuple[str, str]:
    """The staff phone that a regular call rings, E.164, and its extension; both may be empty."""
    profile = StaffProfile.objects.filter(user=call.placed_by_id).first() if call.placed_by_id else None
    return (str(profile.phone), profile.phone_extension) if profile else ("", "")


def record_placed(call: Call, carrier: CarrierCall) -> Call:
    """Record that the carrier has the call. Its webhooks may have come first, and somebody may have ended it."""
    adopt_sid(call.pk, carrier.sid)
    Call.objects.filter(pk=call.pk, status=CallStatus.DIALING).update(status=CallStatus.PLACED)
    call.refresh_from_db()
    log_event(call.pk, EventKind.PLACED, dedupe_key="placed", sid=carrier.sid)
    if call.is_ended:
        _hang_up_after_all(call, carrier.sid)
    return call


def _dial(call: Call) -> Call:
    try:
        carrier = telephony().place_call(dial_plan(call))
    except ProviderError as error:
        return _record_failure(call, error)
    return record_placed(call, carrier)


def _record_failure(call: Call, error: ProviderError) -> Call:
    """Record that the request failed. A refusal ends the call; an unknown outcome does not: a phone may be ringing."""
    log.warning("carrier did not take the call", call=str(call.pk), code=error.code, unknown=error.unknown_outcome)
    log_event(
        call.pk, EventKind.CARRIER_ERROR, code=error.code, permanent=error.permanent, unknown=error.unknown_outcome
    )
    if error.unknown_outcome:
        Call.objects.filter(pk=call.pk, status=CallStatus.DIALING).update(
            error_code=error.code[:40], error_message=error.message[:300]
        )
    else:
        ending.record_end(
            call,
            CallStatus.FAILED,
            reason="refused by the carrier",
            error_code=error.code or "carrier",
            error_message=error.message,
            only_from=(CallStatus.DIALING,),
        )
    call.refresh_from_db()
    return call


def _no_opening(call: Call) -> str:
    """Why the AI could not say who calls and what for; "" once its opening is written down.

    A phone that rings without one would be answered by a robocall that names nobody (47 CFR 64.1200(b)).
    """
    try:
        opening_of(call)
    except OpeningNotPossible as error:
        return error.reason
    return ""


def _refuse(call: Call, decision: Decision) -> Refusal:
    ending.record_end(
        call,
        CallStatus.CANCELED,
        reason="refused by the gate",
        error_code=BLOCKED,
        error_message=gate.reason_list(decision.blocked),
        only_from=(CallStatus.QUEUED,),
    )
    return Refusal(decision.blocked, call)


def _number_taken() -> Block:
    return Block("D11", gate.NUMBER_LIVE)


def _hang_up_after_all(call: Call, sid: str) -> None:
    try:
        telephony().end_call(sid)
    except ProviderError as error:
        log.warning("ended call not hung up", call=str(call.pk), code=error.code)
