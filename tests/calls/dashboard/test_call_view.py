"""The view of a call: everything its page shows."""

from calls.dashboard.call_view import call_view
from calls.models import Call, CallMeasurement
from tests.stories import BUYER_TALK, tell


def test_until_the_recording_is_measured_the_servers_latency_is_shown(call: Call) -> None:
    tell(call, BUYER_TALK)
    assert (call_view(call).figures.basis, call_view(call).figures.p50_ms) == ("server", 910)
    CallMeasurement.objects.create(
        call=call, metric="response_latency_p50", value=1200, unit="ms", detail={"each": [900, 1200, 2500]}
    )
    figures = call_view(call).figures
    assert (figures.basis, figures.p50_ms, figures.p95_ms, figures.answers) == ("recording", 1200, 2500, 3)
