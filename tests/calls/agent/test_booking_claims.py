"""What the agent says of bookings."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.agent.booking_claims import check_claim, claims_a_booking
from leads.models import Appointment, Lead
from tests.people import make_call


@pytest.mark.parametrize(
    "said",
    [
        "You're booked for Friday at ten.",
        "Great! Your consultation is confirmed for Monday, the third of May.",
        "Wonderful, that's booked. Omar will meet you there.",
        "I have you scheduled with Omar.",
    ],
)
def test_a_sentence_a_lead_would_rely_on_is_a_claim(said: str) -> None:
    assert claims_a_booking(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Would you like to have that booked?",
        "Nothing is booked yet.",
        "Your visit isn't confirmed.",
        "I can get you scheduled.",
        "Once it's booked you will get a message.",
        "The house was built in 2004. It has three bedrooms.",
        "Shall I book it?",
    ],
)
def test_a_question_a_condition_and_a_denial_claim_nothing(said: str) -> None:
    assert not claims_a_booking(said)


def test_fm21_a_booking_that_is_only_talk_is_a_call_back_for_the_staff(lead: Lead) -> None:
    call = make_call(lead)
    assert check_claim(call.pk, "You're booked for Friday at ten.", item_id="item_1")
    assert call.events.filter(kind="unbacked_claim").count() == 1
    assert lead.activities.filter(kind="task", summary__contains="not booked").count() == 1
    assert check_claim(call.pk, "You're booked for Friday at ten.", item_id="item_1")
    assert lead.activities.filter(kind="task").count() == 1


def test_fm21_a_booking_that_stands_may_be_spoken_of(lead: Lead, omar: User) -> None:
    call = make_call(lead)
    start = now() + timedelta(days=1)
    Appointment.objects.create(
        lead=lead, agent=omar, type="buyer_consult", start_at=start, end_at=start + timedelta(hours=1), call_id=call.pk
    )
    assert not check_claim(call.pk, "You're booked for tomorrow.", item_id="item_1")
    assert not call.events.exists()
