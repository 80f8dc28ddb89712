"""Template filters for a call's status, figures and types."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from calls.dashboard.header import status_tone
from calls.dashboard.labels import as_cents, as_latency
from calls.models import Call, CallType

register = template.Library()
TYPE_NAMES = re.compile(rf"\b({'|'.join(CallType.labels)})\b", re.IGNORECASE)
register.filter("latency", as_latency)
register.filter("cents", as_cents)


@register.filter
def tone(call: Call) -> str:
    """The tone of a call's status, which sets its color: waiting, dialing, live, done or lost."""
    return status_tone(call.status)


@register.filter
def tinted(text: str) -> SafeString:
    """The text, with the names of call types in the colors of those types."""
    marked = TYPE_NAMES.sub(lambda name: f'<b class="type-{name[0].lower()}">{name[0]}</b>', conditional_escape(text))
    return mark_safe(marked)  # noqa: S308  # escaped above; only names of call types are wrapped
