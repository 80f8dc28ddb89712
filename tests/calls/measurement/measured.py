"""Measured calls, for tests."""

from calls.models import Call, CallEvent, CallMeasurement, Comparison


def unmeasured(comparison: Comparison, type_: str) -> Call:
    call = comparison.calls.get(type=type_)
    CallMeasurement.objects.filter(call=call).delete()
    CallEvent.objects.filter(call=call).delete()
    return call
