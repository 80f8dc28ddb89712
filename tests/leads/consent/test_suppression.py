"""Numbers nobody may call."""

import pytest

from leads.consent.suppression import is_suppressed, suppress_number
from leads.models import Suppression

PHONE = "+15125550100"
ASKED = Suppression.Reason.VERBAL_REQUEST
pytestmark = pytest.mark.django_db


def test_a_number_is_suppressed_once_and_for_all_calls() -> None:
    assert suppress_number(PHONE, reason=ASKED)
    assert not suppress_number(PHONE, reason=Suppression.Reason.KEYPAD)
    assert Suppression.objects.get().reason == ASKED
    assert is_suppressed(PHONE, by_ai=True)
    assert is_suppressed(PHONE, by_ai=False)


def test_no_ai_calls_leaves_people_free_to_call() -> None:
    suppress_number(PHONE, reason=ASKED, scope=Suppression.Scope.AI_ONLY)
    assert is_suppressed(PHONE, by_ai=True)
    assert not is_suppressed(PHONE, by_ai=False)


def test_a_wish_grows_stricter_and_never_milder() -> None:
    suppress_number(PHONE, reason=ASKED, scope=Suppression.Scope.AI_ONLY)
    assert suppress_number(PHONE, reason=ASKED)
    assert is_suppressed(PHONE, by_ai=False)
    assert not suppress_number(PHONE, reason=ASKED, scope=Suppression.Scope.AI_ONLY)
    assert is_suppressed(PHONE, by_ai=False)
