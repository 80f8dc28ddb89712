"""Status callbacks: what Twilio tells about a call's progress, and the ways the telling goes wrong on request.

https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent
"""

from datetime import UTC, datetime

from sandbox.services import Services
from sandbox.twilio.records import TERMINAL, Call, rfc2822
from sandbox.twilio.transport import Form
from sandbox.twilio.webhooks import Webhooks, common_form

_SIP_CODES = {"completed": "200", "busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}
_EVENT_STATUS = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}


class Progress:
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
        faults = self._services.faults
        late = faults.take("twilio.status_reorder", call=call.sid, event=event)
        self._webhooks.report(call, callback, form, late=float(late.params.get("seconds", 1.0)) if late else 0.0)
        if faults.take("twilio.status_duplicate", call=call.sid, event=event):
            self._webhooks.report(call, callback, form)

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
