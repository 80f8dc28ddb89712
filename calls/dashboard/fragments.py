"""Fragments of a live page: elements with an id, rendered from the same partials the page includes.

A fragment carries the data it shows: a live page keeps the last data by key and sends the fragments whose data changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

from calls.dashboard.call_view import CallView

CALL = "calls/_call.html"


@dataclass(frozen=True, slots=True)
class Fragment:
    """One element of a page. Two fragments with equal `state` render to the same markup."""

    key: str
    state: Any
    template: str
    context: dict[str, Any] = field(compare=False)

    def render(self) -> str:
        """The element as HTML."""
        return render_to_string(self.template, self.context)


def call_fragments(view: CallView) -> Iterator[Fragment]:
    """Every element of a call's page that may change."""
    call = view.call
    yield Fragment(f"head-{call.pk}", view.header, f"{CALL}#head", {"call": call, "header": view.header})
    if call.is_ended:
        yield Fragment(f"end-{call.pk}", True, f"{CALL}#end", {"call": call})
    for line in view.lines:
        yield Fragment(line.key, line, f"{CALL}#line", {"call": call, "line": line})
    figures, audio = view.figures, view.audio
    yield Fragment(f"empty-{call.pk}", (audio, call.is_ended), f"{CALL}#empty", {"call": call, "audio": audio})
    measured = {"call": call, "figures": figures}
    yield Fragment(f"figures-{call.pk}", (figures, call.is_ended), f"{CALL}#figures", measured)
    yield Fragment(f"outcome-{call.pk}", view.outcome, f"{CALL}#outcome", {"call": call, "outcome": view.outcome})
    yield Fragment(f"audio-{call.pk}", (audio, call.is_ended), f"{CALL}#audio", {"call": call, "audio": audio})
    yield Fragment(f"strip-{call.pk}", figures.strip, f"{CALL}#strip", measured)
    yield Fragment(f"cost-{call.pk}", (view.cost, call.is_ended), f"{CALL}#cost", {"call": call, "cost": view.cost})
