"""What came of a call is what was done on it, not what the model believes."""

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.agent.outcome import ProposedOutcome, propose_outcome, truthful_outcome
from calls.models import Call, CallEvent, Disposition
from leads.models import Lead
from tests.people import make_call


@pytest.mark.parametrize(
    ("said", "booked", "outcome"),
    [
        ("appointment_set", "buyer_consult", "appointment_set"),
        ("appointment_set", "", "qualified_nurture"),
        ("not_interested", "listing_consult", "appointment_set"),
        ("qualified_nurture", "callback", "callback_requested"),
        ("callback_requested", "", "callback_requested"),
        ("do_not_call", "buyer_consult", "do_not_call"),
        ("wrong_number", "", "wrong_number"),
    ],
)
def test_the_outcome_agrees_with_the_rows(said: str, booked: str, outcome: str) -> None:
    assert truthful_outcome(Disposition(said), booked=booked) == outcome


def test_staff_have_the_last_word(lead: Lead, omar: User) -> None:
    call = make_call(lead, outcome="has_agent", outcome_by_ai=False)
    propose_outcome(call, ProposedOutcome("not_interested", "Says no."), at=now())
    call.refresh_from_db()
    assert (call.outcome, call.summary) == ("has_agent", "")


def test_a_second_goodbye_is_no_news(lead: Lead) -> None:
    call = make_call(lead)
    for _ in range(2):
        propose_outcome(call, ProposedOutcome("not_interested", "Says no."), at=now())
    assert CallEvent.objects.filter(call=call, kind="goodbye").count() == 1
    assert Call.objects.get().outcome == "not_interested"
