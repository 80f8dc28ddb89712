"""Find a colleague for a call, request a transfer to them, and write the whisper they hear before they take it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from calls.call_log.events import log_event
from calls.models import (
    LIVE_STATUSES,
    OPEN_TRANSFER_STATUSES,
    AgentMode,
    Call,
    CallType,
    Engine,
    EngineSpan,
    EventKind,
    Transfer,
    Turn,
)
from calls.speech.names import spoken_name
from leads.models import BuyerPreferences, StaffProfile
from leads.profile.buyer_preferences import known_preferences
from leads.scheduling.on_duty import on_duty
from leads.spoken_forms import spoken_list, spoken_price
from leads.text import truncate

ON_THE_PHONE = (*OPEN_TRANSFER_STATUSES, Transfer.Status.CONNECTED)
WHISPERED = 200  # characters of the AI's own summary at most: the lead waits while the whisper plays


def colleague_for(call: Call, at: datetime) -> StaffProfile | None:
    """Choose whom to ring: on duty, with a free phone of their own; the lead's owner first, then who placed the call.

    For test calls the person who placed it comes before the lead's owner.
    """
    busy = _on_the_phone()
    free = [one for one in on_duty(at) if one.user_id not in busy and str(one.phone) != str(call.to_number)]
    first = [call.lead.owner_id, call.placed_by_id]
    ranked = {user: rank for rank, user in enumerate(reversed(first) if call.comparison_id else first)}
    return min(free, key=lambda one: ranked.get(one.user_id, len(first)), default=None)


def request_transfer(
    call: Call,
    reason: Transfer.Reason,
    *,
    summary: str,
    at: datetime,
    back_to: Engine | None,
    colleague: StaffProfile | None = None,
) -> Transfer | None:
    """Create a transfer of this call to a colleague; return the open one if there is one, None if nobody can be rung.

    `back_to` is the engine that continues if nobody answers; `colleague` is set when one asked for the call.
    """
    open_one = call.transfers.filter(status__in=OPEN_TRANSFER_STATUSES).first()
    if open_one is not None:
        return open_one
    colleague = colleague or colleague_for(call, at)
    if colleague is None:
        log_event(call.pk, EventKind.TRANSFER, state="nobody_on_duty", reason=reason.value)
        return None
    try:
        with transaction.atomic():
            asked = Transfer.objects.create(
                call=call,
                reason=reason,
                summary=summary[:400],
                colleague_id=colleague.user_id,
                phone=str(colleague.phone),
                back_to=back_to or "",
                asked_at=at,
            )
    except IntegrityError:  # somebody else asked at the same moment
        return call.transfers.filter(status__in=OPEN_TRANSFER_STATUSES).first()
    log_event(call.pk, EventKind.TRANSFER, transfer=asked.pk, state="asked", reason=reason.value, to=asked.colleague_id)
    return asked


def engine_of(call: Call) -> Engine | None:
    """Return the AI engine that holds the line now, None if no AI does."""
    span = EngineSpan.objects.filter(call=call, ended_at__isnull=True).first()
    ours = span is not None and span.engine in (Engine.REALTIME, Engine.CONVERSATION)
    return Engine(span.engine) if span and ours else None


def transfer_announcement(transfer: Transfer) -> tuple[str, str]:
    """Write what the colleague hears: a headline (who, why, which key), then details for those who listen on.

    The lead hears ringing all the while, so the key to press comes first. The details are what the lead wants, what
    was said and what comes next.
    """
    call = transfer.call
    kind = "seller" if call.agent_mode == AgentMode.SELLER else "buyer"
    why = transfer.get_reason_display().lower()
    name = spoken_name(call.lead.full_name) or "a lead"
    headline = f"Transfer: {name}, {kind}, {why}. The call is recorded. Press 1 to take it."
    details = (_wishes(call), _summary_of(transfer), _next_step(call))
    return headline, " ".join(f"{part.rstrip('. ')}." for part in details if part)


def _on_the_phone() -> set[int]:
    """Return the users who are talking to a lead or being rung for one."""
    dialed = Call.objects.filter(type=CallType.REGULAR, status__in=LIVE_STATUSES, placed_by__isnull=False)
    taken = Transfer.objects.filter(status__in=ON_THE_PHONE, call__status__in=LIVE_STATUSES)
    return {*dialed.values_list("placed_by_id", flat=True), *taken.values_list("colleague_id", flat=True)}


def _wishes(call: Call) -> str:
    """Say what the lead is looking for or selling, as far as it is known."""
    if call.agent_mode == AgentMode.SELLER:
        home = call.lead.seller_properties.order_by("created_at").last()
        return f"Sells {home.address}" if home and home.address else ""
    known = known_preferences(BuyerPreferences.objects.filter(lead=call.lead_id).first(), call.lead.timeframe)
    areas = spoken_list([str(area["name"]) for area in known.get("areas") or []][:2])
    price = f"up to {spoken_price(known['price_max'])}" if known.get("price_max") else ""
    beds = f"{known['beds_min']} bedrooms" if known.get("beds_min") else ""
    wishes = ", ".join(filter(None, (beds, areas and f"in {areas}", price)))
    return f"Looks for {wishes}" if wishes else ""


def _summary_of(transfer: Transfer) -> str:
    """Return the AI's own summary; without one, the lead's last words."""
    if transfer.summary and transfer.reason != Transfer.Reason.TECH:
        return _for_the_ear(transfer.summary)
    last = transfer.call.turns.filter(speaker=Turn.Speaker.LEAD).exclude(text="").last()
    return f"The last words were: {_for_the_ear(last.text)}" if last else ""


def _for_the_ear(said: str) -> str:
    return truncate(" ".join(said.split()), WHISPERED, whole_words=True, ellipsis="")


def _next_step(call: Call) -> str:
    booked = call.lead.appointments.filter(call_id=call.pk, status="confirmed").first()
    return f"Booked on this call: {booked.get_type_display().lower()}" if booked else "Nothing is booked yet"
