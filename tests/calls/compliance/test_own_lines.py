"""Lines of the brokerage: test lines and staff phones."""

from django.contrib.auth.models import User
from django.utils.timezone import now
from pytest_django import Settings

from calls.compliance.gate import may_dial
from calls.models import CallType
from leads.models import Lead, Suppression


def test_test_lines_and_staff_phones_are_our_own(lead: Lead, omar: User, settings: Settings) -> None:
    settings.TEST_LINES = {"buyer": "+15125550181 +15125550182"}
    for number in ("+15125550182", "+15125550190"):
        Suppression.objects.create(phone=number, reason="verbal_request")
        assert may_dial(lead, CallType.REALTIME, now(), to_number=number).exempt == ("D2",)
    omar.is_active = False
    omar.save()
    assert not may_dial(lead, CallType.REALTIME, now(), to_number="+15125550190").allowed
