"""How a call's state and figures are shown."""

from django import template

from calls.board.head import tone_of
from calls.models import Call
from calls.wording import as_cents, as_latency

register = template.Library()
register.filter("latency", as_latency)
register.filter("cents", as_cents)


@register.filter
def tone(call: Call) -> str:
    """The colour a call's status wears: waiting, dialling, live, done or lost."""
    return tone_of(call.status)
