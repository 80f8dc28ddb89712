"""Which leads are due, in which order, and how the list is narrowed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from leads.models import Lead
from leads.pipeline.due_list import PAGE_SIZE, LeadFilter, due_leads, lead_page, owners
from tests.people import make_lead


def test_the_most_overdue_come_first_and_those_with_nothing_due_last(omar: User) -> None:
    someday = make_lead(next_action_at=None)
    tomorrow = make_lead(next_action_at=now() + timedelta(days=1))
    overdue = make_lead(next_action_at=now() - timedelta(days=9))
    assert list(due_leads(omar, LeadFilter())) == [overdue, tomorrow, someday]


def test_archived_leads_and_those_of_others_are_left_out(omar: User, bob: User) -> None:
    make_lead(owner=omar, archived_at=now())
    make_lead(owner=bob)
    mine = make_lead(owner=omar)
    assert list(due_leads(omar, LeadFilter())) == [mine]


@pytest.mark.parametrize(
    "wanted",
    [
        LeadFilter(stage="qualified"),
        LeadFilter(intent="seller"),
        LeadFilter(owner="me"),
        LeadFilter(owner="omar"),
        LeadFilter(search="Ava  Stone"),
        LeadFilter(search="(512) 555-7700"),
        LeadFilter(search="lakes", stage="qualified"),
    ],
)
def test_each_filter_narrows(omar: User, wanted: LeadFilter) -> None:
    facts = {"phone": "+15125557700", "city": "Lakeside", "stage": "qualified", "intent": "seller"}
    found = make_lead(owner=omar, first_name="Ava", last_name="Stone", **facts)
    make_lead(owner=None, stage="new", intent="buyer", phone="+17375550123")
    assert list(due_leads(omar, wanted)) == [found]
    assert wanted.is_set


def test_a_word_that_is_no_phone_number_is_not_looked_for_in_phones(omar: User) -> None:
    make_lead(phone="+15125557700")
    assert not due_leads(omar, LeadFilter(search="a77"))


def test_a_page_out_of_range_gives_the_nearest_and_owners_come_with_their_leads(
    omar: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Lead.objects.bulk_create(
        Lead(first_name=f"L{number}", email="l@example.com", owner=omar) for number in range(PAGE_SIZE + 1)
    )
    assert lead_page(omar, LeadFilter(), 99).number == 2
    page = lead_page(omar, LeadFilter(), 1)
    with django_assert_num_queries(1):
        assert {lead.owner for lead in page} == {omar}


def test_only_active_staff_may_own_leads(omar: User, zoe: User) -> None:
    gone = User.objects.create_user("gone", is_staff=True, is_active=False)
    assert omar in owners()
    assert zoe not in owners()
    assert gone not in owners()
