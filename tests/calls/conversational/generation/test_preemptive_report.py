"""What preemptive answers bring, and what they cost."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from calls.conversational.generation.preemptive import begin
from calls.conversational.generation.preemptive_report import Try, tally
from calls.models import Call, ConversationStep
from calls.understanding.recognition_results import PartialResult
from tests.calls.conversational.generation.test_preemptive import WORDS, answered, call
from tests.calls.vendors import Vendors

__all__ = ["call"]  # a fixture
pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def test_what_is_saved_is_the_head_start_but_no_more_than_it_took() -> None:
    began = now()

    def at(seconds: float) -> datetime:
        return began + timedelta(seconds=seconds)

    tries = [
        Try(began, first_at=at(0.6), used_at=at(1.0)),
        Try(began, first_at=at(0.6), used_at=at(0.2)),
        Try(began, first_at=None, used_at=at(0.4)),  # it asked for tools
        Try(began, first_at=at(0.6), used_at=None),
    ]
    assert [one.saved_ms for one in tries] == [600, 200, 400, 0]
    found = tally(tries, turns=6, cost=Decimal("0.01"))
    assert (found.begun, found.used, found.hit_rate, found.saved_ms_p50) == (4, 3, 0.5, 400)
    assert tally([], turns=0, cost=Decimal()).hit_rate is None


def test_the_command_names_hits_gain_and_the_price_of_the_others(call: Call, vendors: Vendors) -> None:
    begin(call.pk, 1, PartialResult(0, WORDS))
    answered(call, 1, WORDS)
    begin(call.pk, 2, PartialResult(0, "three bedrooms"))
    ConversationStep.objects.filter(call=call).update(listens_at=now() - timedelta(minutes=1))
    begin(call.pk, 2, PartialResult(1, "three bedrooms"))
    answered(call, 2, "three bathrooms")

    out = StringIO()
    call_command("early_answers", stdout=out)

    assert "turns answered     2" in out.getvalue()
    assert "begun early        2, used 1 (50% of the turns)" in out.getvalue()
    cost = re.search(r"cost of the others (\S+) USD", out.getvalue())
    assert cost
    assert Decimal(cost[1]) > 0
