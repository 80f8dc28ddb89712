"""Which of the carrier's calls is which of ours."""

from calls.carrier.call_sids import adopt_sid
from calls.models import Call
from leads.models import Lead
from tests.people import make_call

SID, OTHER = "CA" + "5" * 32, "CA" + "6" * 32


def dialed(lead: Lead) -> Call:
    """A call whose answer from the carrier has not come yet."""
    return make_call(lead, status="dialing", twilio_sid=None, answered_at=None)


def test_a_dialed_call_takes_the_sid_the_first_request_brings(lead: Lead) -> None:
    call = dialed(lead)
    assert adopt_sid(call.pk, SID)
    call.refresh_from_db()
    assert call.twilio_sid == SID


def test_of_two_first_requests_at_once_both_are_about_the_call(lead: Lead) -> None:
    call = dialed(lead)
    assert [adopt_sid(call.pk, SID), adopt_sid(call.pk, SID)] == [True, True]


def test_a_sid_never_changes(lead: Lead) -> None:
    call = dialed(lead)
    adopt_sid(call.pk, SID)
    assert not adopt_sid(call.pk, OTHER)


def test_a_sid_belongs_to_one_call(lead: Lead) -> None:
    make_call(lead, twilio_sid=SID, status="completed", ended_at=lead.created_at)
    assert not adopt_sid(dialed(lead).pk, SID)


def test_a_call_that_was_never_dialed_takes_none(lead: Lead) -> None:
    call = make_call(lead, status="queued", twilio_sid=None, answered_at=None)
    assert not adopt_sid(call.pk, SID)
