"""A call and its view at a moment, for tests of the dashboard."""

from datetime import timedelta

from django.utils.timezone import now

from calls.dashboard.call_view import CallView, call_view
from calls.models import Call

ANSWERED = now() - timedelta(seconds=60)


def at(call: Call, seconds: float) -> CallView:
    """The view that many seconds after the answer."""
    return call_view(call, at=ANSWERED + timedelta(seconds=seconds))
