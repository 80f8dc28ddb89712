"""Which call counts as a lead's last."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from calls.lead_actions.last_calls import last_calls
from calls.models import Comparison
from leads.models import Lead
from tests.people import make_call, make_lead


def test_of_several_calls_the_newest_is_the_last(lead: Lead) -> None:
    make_call(lead, status="no_answer", ended_at=now(), queued_at=now() - timedelta(days=2), type="regular")
    newest = make_call(lead, status="completed", ended_at=now(), outcome="callback_requested")
    last = last_calls([lead.pk])[lead.pk]
    assert (last.id, last.status, last.outcome) == (newest.pk, "completed", "callback_requested")
    assert (last.type, last.at) == (newest.type, newest.queued_at)


def test_a_comparison_that_rang_test_lines_did_not_call_the_lead(omar: User) -> None:
    lead = make_lead(owner=omar, phone="+15125550123")
    own = make_call(lead, status="completed", ended_at=now(), queued_at=now() - timedelta(days=1))
    trial = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    make_call(lead, status="completed", ended_at=now(), comparison=trial, to_number="+15125550181")
    assert last_calls([lead.pk])[lead.pk].id == own.pk


def test_a_comparison_that_rang_the_lead_counts(omar: User) -> None:
    lead = make_lead(owner=omar, phone="+15125550123")
    trial = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    rung = make_call(lead, status="completed", ended_at=now(), comparison=trial, to_number="+15125550123")
    assert last_calls([lead.pk])[lead.pk].id == rung.pk


def test_a_lead_never_called_is_left_out_and_many_leads_cost_one_query(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    called, uncalled = [make_lead() for _ in range(5)], make_lead()
    for lead in called:
        make_call(lead, status="completed", ended_at=now())
    with django_assert_num_queries(1):
        found = last_calls([lead.pk for lead in (*called, uncalled)])
    assert set(found) == {lead.pk for lead in called}
