"""Sends status callbacks: a call's progress, and the faults that duplicate, delay, reorder or lose them.

https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent
"""

from datetime import UTC, datetime

from sandbox.faults import Fault
from sandbox.services import Services
from sandbox.twilio.call.faults import strikes
from sandbox.twilio.call.flow_control import Form
from sandbox.twilio.call.resource import TERMINAL, Call, rfc2822
from sandbox.twilio.webhooks.requests import Webhooks, common_form

_SIP_CODES = {"completed": "200", "busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}
_EVENT_STATUS = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}


class StatusCallbacks:
    """Posts the events a call's ``StatusCallbackEvent`` asks for."""

    def __init__(self, services: Services, webhooks: Webhooks) -> None:
        self._services, self._webhooks = services, webhooks

    def announce(self, call: Call, event: str, *, extra: Form = ()) -> None:
        """``event`` is initiated, ringing, answered or completed (any ending)."""
        callback = call.options.status
        if not callback.url or event not in callback.events:
            return
        form = common_form(call, status=_EVENT_STATUS.get(event, call.status)) + self._particulars(call) + extra
        call.sequence += 1
        if self._fault(call, event, "lost"):
            return
        overtaken = self._fault(call, event, "reorder")
        late = overtaken or self._fault(call, event, "late")
        seconds = late.number("seconds") if late else 0.0
        self._webhooks.report(call, callback, form, late=seconds, in_order=overtaken is None)
        if self._fault(call, event, "duplicate"):
            self._webhooks.report(call, callback, form)

    def _fault(self, call: Call, event: str, what: str) -> Fault | None:
        return strikes(self._services, call, f"twilio.status_{what}", event=event)

    def _particulars(self, call: Call) -> Form:
        form: list[tuple[str, str]] = [
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(call.sequence)),
            ("Timestamp", rfc2822(datetime.now(UTC)) or ""),
        ]
        if call.status in TERMINAL:
            form += [
                ("CallDuration", str(call.seconds)),
                ("Duration", str(call.minutes)),
                ("SipResponseCode", _SIP_CODES[call.status]),
            ]
        if call.answered_by:
            form.append(("AnsweredBy", call.answered_by))
        return tuple(form)
