"""The sweep: repair what lost webhooks and dead processes left open. It asks the carrier, and dials nothing twice."""

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils.timezone import now

from calls.agent.tools import runner
from calls.call_log.callbacks import promise_call_back
from calls.call_log.events import log_event
from calls.compliance.hold_back import hold_back
from calls.conversational import continuation
from calls.database import held_forms
from calls.database.writes import take_in
from calls.lifecycle import ending
from calls.lifecycle.placing import dial_plan, place_due, record_placed
from calls.lifecycle.progress import StatusReport, record_status
from calls.measurement import tasks
from calls.models import Call, CallEvent, CallStatus, Engine, EngineSpan, EventKind, Recording
from calls.providers import CarrierCall, CarrierRecording, ProviderError
from calls.providers.twilio import NOT_FOUND, telephony
from calls.recordings import storage
from calls.speech.clip_cache import evict_old_clips
from leads.row_by_row import row_by_row

log = structlog.get_logger(__name__)

UNANSWERED = timedelta(seconds=30)  # after this a call without a sid is looked for
GIVEN_UP = timedelta(seconds=120)  # after this it was never placed
FORGOTTEN = timedelta(seconds=60)  # a queued call nobody placed: its process died
SILENCE = timedelta(
    seconds=40
)  # without an event for this long, the carrier is asked about a live call; settled within 60 s
FAREWELL = timedelta(
    seconds=15
)  # after our goodbye the carrier should have reported the end, unless the caller talked on
CLOCKS_DIFFER = timedelta(seconds=5)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LETS_GO = timedelta(seconds=30)  # an engine has left its call this long after the end
CUT_OFF_AGE = timedelta(hours=1)  # older calls are not looked at
UNANNOUNCED = timedelta(minutes=2)  # after the end; a recording is usually announced within seconds
TAKES_IN_S = 5.0  # of a round, for what waits to be written
RECORDING_AGE = timedelta(hours=24)


def sweep(at: datetime | None = None) -> dict[str, int]:
    """Run every repair once; returns how many each made. What the carrier does not answer is asked again next time."""
    moment = at or now()
    steps: dict[str, Callable[[datetime], int]] = {
        "taken_in": lambda _: take_in(seconds=TAKES_IN_S),
        "found": look_for_unanswered,
        "forgotten": cancel_forgotten,
        "settled": ask_after_silent,
        "closed": close_abandoned,
        "cut_off": tell_of_cut_off,
        "recordings": fetch_recordings,
        "unannounced": look_for_recordings,
        "clips": evict_old_clips,
        "forms": lambda _: held_forms.drop_old(),
        "placed": lambda _: place_due(),
    }
    return {name: step(moment) for name, step in steps.items()}


def look_for_unanswered(at: datetime) -> int:
    """Calls whose request to the carrier was never answered: adopt the call found at the carrier, or end ours."""
    calls = Call.objects.filter(
        status=CallStatus.DIALING, twilio_sid__isnull=True, placed_at__lt=at - UNANSWERED
    ).select_related("lead", "placed_by")
    return _each(calls, lambda call: _look_for(call, at))


def cancel_forgotten(at: datetime) -> int:
    """Calls that were never sent to the carrier: cancel them, since nobody expects them to ring now."""
    calls = Call.objects.filter(
        status=CallStatus.QUEUED, comparison__isnull=True, queued_at__lt=at - FORGOTTEN
    ).select_related("lead", "placed_by")
    return _each(
        calls,
        lambda call: ending.record_end(
            call,
            CallStatus.CANCELED,
            reason="forgotten",
            error_code="never_placed",
            error_message="The call was not placed; please try again",
            only_from=(CallStatus.QUEUED,),
        ),
    )


def ask_after_silent(at: datetime) -> int:
    """Live calls without recent events, past their limit, or after our goodbye: ask the carrier for their status."""
    limit = timedelta(seconds=settings.MAX_CALL_SECONDS + 60)
    calls = (
        Call.objects.live()
        .filter(twilio_sid__isnull=False)
        .annotate(
            heard_at=Max("events__at"),
            farewell_at=Max("events__at", filter=Q(events__kind=EventKind.GOODBYE)),
            asked_at=Max("events__at", filter=Q(events__kind=EventKind.ASKED_AFTER), default=Value(LONG_AGO)),
        )
        .filter(
            Q(heard_at__lt=at - SILENCE)
            | Q(heard_at__isnull=True)
            | Q(placed_at__lt=at - limit)
            | Q(farewell_at__lt=at - FAREWELL, asked_at__lt=at - FAREWELL)
        )
        .select_related("lead", "placed_by")
    )
    return _each(calls, lambda call: _ask_after(call, overdue=bool(call.placed_at and call.placed_at < at - limit)))


def close_abandoned(at: datetime) -> int:
    """Steps and tool uses a dead process left unfinished on calls that have ended since: close them."""
    return continuation.close_abandoned(at) + runner.close_abandoned_tool_uses(at)


def tell_of_cut_off(at: datetime) -> int:
    """Calls that a dead process of ours cut off: file a call back. Without it they look like hang-ups."""
    ended = Call.objects.filter(
        status=CallStatus.COMPLETED, ended_at__lt=at - LETS_GO, ended_at__gt=at - CUT_OFF_AGE
    ).select_related("lead")
    cut_off = {call.pk: call for call in (*_left_by_a_stream(ended), *_left_in_a_step(ended))}
    return _each(cut_off.values(), _cut_off)


def _left_in_a_step(ended: QuerySet[Call]) -> QuerySet[Call]:
    """Those whose last answer nobody finished before the end: `close_abandoned` did, later."""
    late = Q(steps__failure=continuation.STALLED, steps__finished_at__gt=F("ended_at"))
    return ended.filter(late, ~Exists(CallEvent.objects.filter(call=OuterRef("pk"), kind=EventKind.GOODBYE)))


def _left_by_a_stream(ended: QuerySet[Call]) -> QuerySet[Call]:
    """Those the realtime engine held to the end and never left."""
    last = EngineSpan.objects.filter(call=OuterRef("pk")).order_by("-started_at", "-id")
    held_since = Subquery(last.filter(engine=Engine.REALTIME).values("started_at")[:1])
    left = CallEvent.objects.filter(call=OuterRef("pk"), kind=EventKind.ENGINE_LEFT, at__gte=OuterRef("held_since"))
    held = ended.annotate(last_engine=Subquery(last.values("engine")[:1]), held_since=held_since)
    return held.filter(~Exists(left), last_engine=Engine.REALTIME)


def _cut_off(call: Call) -> bool:
    """What was said in the last moments died with the process."""
    hold_back(call, reason="the process that held the call ended")
    return promise_call_back(call, reason="a fault of ours cut the call off")


def fetch_recordings(at: datetime) -> int:
    """Recordings not yet stored, measured and transcribed: process them again after 1, 2, 4, 8 … minutes, for a day."""
    taken_in = CallEvent.objects.filter(
        call=OuterRef("call"), dedupe_key=Concat(Value(f"{EventKind.RECORDING_TAKEN_IN}:"), OuterRef("sid"))
    )
    waiting = Recording.objects.filter(
        ~Exists(taken_in),
        status__in=(Recording.Status.ANNOUNCED, Recording.Status.STORED),
        created_at__lt=at - timedelta(minutes=1),
        created_at__gt=at - RECORDING_AGE,
    )
    return sum(row_by_row(waiting, lambda recording: _again(recording, at)))


def look_for_recordings(at: datetime) -> int:
    """Answered calls that ended minutes ago and have no recording: ask the carrier whether there is one."""
    calls = Call.objects.filter(
        status=CallStatus.COMPLETED,
        answered_at__isnull=False,
        twilio_sid__isnull=False,
        recordings__isnull=True,
        ended_at__lt=at - UNANNOUNCED,
        ended_at__gt=at - RECORDING_AGE,
    )
    return _each(calls, lambda call: _look_for_recording(call, at))


def _each(calls: Iterable[Call], repair: Callable[[Call], bool]) -> int:
    repaired = 0
    for call in calls:
        try:
            repaired += repair(call)
        except ProviderError as error:
            log.warning("carrier not asked", call=str(call.pk), code=error.code)
        except DatabaseError:
            raise
        except Exception as error:  # one call's row must not keep all others from being repaired
            log.exception("call not repaired", call=str(call.pk), error=type(error).__name__)
    return repaired


def _look_for(call: Call, at: datetime) -> bool:
    since = (call.placed_at or call.queued_at) - CLOCKS_DIFFER
    found = [one for one in telephony().find_calls(to=dial_plan(call).to, since=since) if not _is_ours(one)]
    if found:
        record_placed(call, found[-1])  # the oldest: the first after the request
        record_status(call, _report(found[-1]))
        return True
    if call.placed_at and call.placed_at > at - GIVEN_UP:
        return False
    return ending.record_end(
        call,
        CallStatus.FAILED,
        reason="never reached the carrier",
        error_code=call.error_code or "never_placed",
        error_message=call.error_message or "The carrier knows of no such call",
        only_from=(CallStatus.DIALING,),
    )


def _is_ours(carrier: CarrierCall) -> bool:
    return Call.objects.filter(Q(twilio_sid=carrier.sid) | Q(lead_leg_sid=carrier.sid)).exists()


def _ask_after(call: Call, *, overdue: bool) -> bool:
    sid = str(call.twilio_sid)
    try:
        carrier = telephony().fetch_call(sid)
    except ProviderError as error:
        if error.code != NOT_FOUND:
            raise
        return ending.record_end(
            call, CallStatus.FAILED, reason="unknown to the carrier", error_code=error.code, error_message=error.message
        )
    if overdue and carrier.status == "in-progress":
        telephony().end_call(sid)
    log_event(call.pk, EventKind.ASKED_AFTER, status=carrier.status)
    return record_status(call, _report(carrier))


def _report(carrier: CarrierCall) -> StatusReport:
    return StatusReport(sid=carrier.sid, status=carrier.status, seconds=carrier.duration_seconds)


def _look_for_recording(call: Call, at: datetime) -> bool:
    if not log_event(
        call.pk, EventKind.RECORDING_SOUGHT, dedupe_key=f"recording_sought:{_attempt(call.ended_at or at, at)}"
    ):
        return False
    kept = [
        storage.record_announcement(call, _announcement(one))
        for one in telephony().find_recordings(str(call.twilio_sid))
    ]
    for recording in filter(None, kept):
        tasks.enqueue_recording(recording)
    return any(kept)


def _announcement(one: CarrierRecording) -> storage.Announcement:
    return storage.Announcement(one.sid, one.status, one.url, one.seconds, one.started_at)


def _attempt(since: datetime, at: datetime) -> int:
    """The number of this attempt, when attempts come after 1, 2, 4, 8 … minutes."""
    return int(math.log2(max(1.0, (at - since).total_seconds() / 60)))


def _again(recording: Recording, at: datetime) -> bool:
    attempt = _attempt(recording.created_at, at)
    if not log_event(
        recording.call_id, EventKind.RECORDING_RETRY, dedupe_key=f"recording_retry:{recording.sid}:{attempt}"
    ):
        return False
    tasks.enqueue_recording(recording)
    return True
