"""The outcome of a call: its recording, and why there is none."""

import pytest

from calls.dashboard.call_view import call_view
from calls.models import Call, Recording
from tests.calls.dashboard.spoken import ANSWERED, at


@pytest.mark.parametrize(
    ("statuses", "state"),
    [((), "coming"), (("announced",), "coming"), (("absent",), "absent"), (("absent", "announced"), "coming")],
)
def test_a_recording_that_cannot_be_heard_says_why(call: Call, statuses: tuple[str, ...], state: str) -> None:
    for number, status in enumerate(statuses):
        Recording.objects.create(call=call, sid=f"RE{number}", status=status)
    assert call_view(call).audio.state == state


@pytest.mark.parametrize("statuses", [(), ("announced",)])
def test_minutes_after_the_end_a_recording_is_missing(call: Call, statuses: tuple[str, ...]) -> None:
    for status in statuses:
        Recording.objects.create(call=call, sid="RE1", status=status)
    Call.objects.update(status="completed", ended_at=ANSWERED)
    call.refresh_from_db()
    assert (at(call, 280).audio.state, at(call, 280).audio.awaited) == ("coming", True)
    assert (at(call, 320).audio.state, at(call, 320).audio.awaited) == ("missing", False)
