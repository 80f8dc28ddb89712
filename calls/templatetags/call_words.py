"""How a call's state is shown."""

from django import template

from calls.board import tone_of
from calls.models import Call

register = template.Library()


@register.filter
def tone(call: Call) -> str:
    """The colour a call's status wears: waiting, dialling, live, done or lost."""
    return tone_of(call.status)
