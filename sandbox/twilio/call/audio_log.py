"""Logs when the person spoke and when something was played to them, and how loud."""

import time
from collections import deque
from functools import partial

from sandbox.journal.spans import Span, SpanFinder
from sandbox.twilio.call.resource import Call

# Logs of the last calls are kept whole; of earlier ones only the resource is left.
KEPT_CALLS = 150


class AudioLog:
    """Follows the lines of all calls. ``pace`` is how fast their clocks run."""

    def __init__(self, *, pace: float) -> None:
        self._pace = pace
        self._finders: dict[Call, list[SpanFinder]] = {}
        self._kept: deque[Call] = deque()

    def admit(self, call: Call) -> None:
        """Adds a new call; when there are too many, the oldest finished one loses its log."""
        self._kept.append(call)
        if len(self._kept) > KEPT_CALLS and not self._kept[0].live:
            oldest = self._kept.popleft()
            oldest.events.forget()
            oldest.spoken.clear()

    def follow(self, call: Call) -> None:
        """Follows the call's line, from the answer on."""
        person = SpanFinder(partial(self._note, call, "person"), keep=True)
        played = SpanFinder(partial(self._note, call, "app"))
        call.leg.inbound.append(person)
        call.leg.outbound.append(played)
        self._finders[call] = [person, played]

    def finish(self, call: Call) -> None:
        """Stops following; the line is closed."""
        for finder in self._finders.pop(call, []):
            finder.finish()

    def _note(self, call: Call, who: str, span: Span) -> None:
        ago = (call.leg.milliseconds - span.start_ms) / 1000 / self._pace
        lasted = round((span.end_ms - span.start_ms) / self._pace)
        data = {"who": who, "start_ms": span.start_ms, "end_ms": span.end_ms, "level_dbfs": span.level_dbfs}
        call.events.note("audio", data | {"ms": lasted}, at=time.time() - ago)
        if span.ulaw:
            call.spoken.append((span.start_ms, span.ulaw))
