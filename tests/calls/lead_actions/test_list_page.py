"""The page of leads: who sees which, in which order, found how, each with its last call."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from leads.models import Lead
from tests.people import make_call, make_lead

LIST = "/leads/"


def names(page: str, *wanted: str) -> list[str]:
    """Those of the wanted names that are on the page, in the order they stand there."""
    return sorted((name for name in wanted if name in page), key=page.index)


def read(client: Client, user: User, query: str = "") -> str:
    """The list as that user sees it."""
    client.force_login(user)
    return client.get(f"{LIST}{query}").content.decode()


def test_a_stranger_without_login_is_sent_to_the_login_page(client: Client, db: None) -> None:
    answer = client.get(f"{LIST}?stage=new")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login/?next=/leads/%3Fstage%3Dnew"


def test_somebody_who_is_not_staff_is_told_so_and_may_log_out(client: Client, zoe: User) -> None:
    client.force_login(zoe)
    answer = client.get(LIST)
    assert answer.status_code == 403
    assert "not a member of staff" in answer.content.decode()
    assert reverse("logout") in answer.content.decode()


def test_logging_in_leads_to_the_page_that_was_asked_for(client: Client, omar: User) -> None:
    answer = client.post("/login/?next=/calls/", {"username": "omar", "password": "correct horse battery"})
    assert answer.headers["Location"] == "/calls/"


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(client: Client, omar: User) -> None:
    answer = client.post("/login/", {"username": "omar", "password": "wrong"})
    assert 'role="alert"' in answer.content.decode()


def test_an_agent_sees_own_and_unowned_leads_only(client: Client, omar: User, bob: User) -> None:
    make_lead(owner=omar, last_name="Mine")
    make_lead(owner=None, last_name="Nobodys")
    make_lead(owner=bob, last_name="Bobs")
    page = read(client, omar)
    assert names(page, "Mine", "Nobodys", "Bobs") != []
    assert "Bobs" not in page


def test_the_manager_sees_every_lead(client: Client, mona: User, bob: User) -> None:
    make_lead(owner=bob, last_name="Bobs")
    assert "Maria Bobs" in read(client, mona)


def test_an_archived_lead_is_not_listed(client: Client, omar: User) -> None:
    make_lead(owner=omar, last_name="Gone", archived_at=now())
    assert "Maria Gone" not in read(client, omar)


def test_the_most_overdue_lead_comes_first_and_those_with_nothing_due_last(client: Client, omar: User) -> None:
    make_lead(owner=omar, last_name="Someday", next_action_at=None)
    make_lead(owner=omar, last_name="Tomorrow1", next_action_at=now() + timedelta(days=1))
    make_lead(owner=omar, last_name="Overdue9", next_action_at=now() - timedelta(days=9))
    page = read(client, omar)
    assert names(page, "Maria Someday", "Maria Tomorrow1", "Maria Overdue9") == [
        "Maria Overdue9",
        "Maria Tomorrow1",
        "Maria Someday",
    ]
    assert "Overdue 9 d" in page
    assert "Nothing due" in page


@pytest.mark.parametrize("query", ["lop", "Maria Lopez", "555-77", "(512)", "lakes", "maria@"])
def test_a_lead_is_found_by_name_phone_city_or_mail(client: Client, omar: User, query: str) -> None:
    make_lead(owner=omar, phone="+15125557700", city="Lakeside", email="maria@example.com")
    make_lead(owner=omar, first_name="Tom", last_name="Becker", phone="+17375550123", email="tom@example.com")
    page = read(client, omar, f"?search={query}")
    assert "Maria Lopez" in page
    assert "Tom Becker" not in page


@pytest.mark.parametrize(
    "query", ["stage=qualified", "intent=seller", "owner=me", "owner=omar", "stage=qualified&owner=me"]
)
def test_the_list_is_narrowed_by_stage_intent_and_owner(client: Client, omar: User, query: str) -> None:
    make_lead(owner=omar, last_name="Wanted", stage="qualified", intent="seller")
    make_lead(owner=None, last_name="Other", stage="new", intent="buyer")
    page = read(client, omar, f"?{query}")
    assert "Maria Wanted" in page
    assert "Maria Other" not in page


@pytest.mark.parametrize("name", ["search", "stage", "intent", "owner", "page"])
def test_what_no_row_can_hold_is_no_fault(client: Client, omar: User, name: str) -> None:
    client.force_login(omar)
    assert client.get(reverse("lead_list"), {name: "a\0b"}).status_code == 200


def test_leads_nobody_owns_can_be_asked_for(client: Client, omar: User) -> None:
    make_lead(owner=omar, last_name="Mine")
    make_lead(owner=None, last_name="Nobodys")
    page = read(client, omar, "?owner=nobody")
    assert "Maria Nobodys" in page
    assert "Maria Mine" not in page


def test_a_search_without_result_offers_the_way_back(client: Client, omar: User) -> None:
    page = read(client, omar, "?search=nobodyhasthisname")
    assert "No lead matches" in page
    assert "Show all leads" in page


def test_an_empty_list_says_what_to_do_next(client: Client, omar: User) -> None:
    assert "No leads yet" in read(client, omar)


def test_pages_keep_the_filter_and_a_page_too_far_shows_the_last(client: Client, omar: User) -> None:
    for number in range(30):
        make_lead(owner=omar, last_name=f"L{number}", stage="nurture")
    page = read(client, omar, "?stage=nurture&page=99")
    assert "Page 2 of 2" in page
    assert "?stage=nurture&amp;page=1" in page


def test_the_last_call_of_a_lead_is_shown_with_its_outcome(client: Client, omar: User, lead: Lead) -> None:
    make_call(lead, status="no_answer", ended_at=now(), queued_at=now() - timedelta(days=2), type="regular")
    newest = make_call(lead, status="completed", ended_at=now(), outcome="callback_requested")
    page = read(client, omar)
    assert reverse("call_detail", args=[newest.pk]) in page
    assert "Callback requested" in page
    assert "No answer" not in page


def test_a_name_is_never_read_as_markup(client: Client, omar: User) -> None:
    make_lead(owner=omar, first_name="<script>alert(1)</script>")
    assert "<script>alert" not in read(client, omar)


def test_htmx_gets_the_rows_alone(client: Client, omar: User, lead: Lead) -> None:
    client.force_login(omar)
    answer = client.get(LIST, headers={"HX-Request": "true"})
    assert "Maria Lopez" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer.headers["Vary"]


def test_the_list_asks_the_same_number_of_queries_for_any_number_of_leads(
    client: Client, omar: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        make_call(make_lead(owner=omar), status="completed", ended_at=now())
    client.force_login(omar)
    with django_assert_max_num_queries(10):
        client.get(LIST)


def test_the_page_allows_no_script_or_style_of_its_own(client: Client, omar: User, lead: Lead) -> None:
    client.force_login(omar)
    answer = client.get(LIST)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize(
    "written", ["%2B15125550123", "%2B1+512+555+0123", "1+512+555+0123", "(512)+555-0123", "512.555.0123", "5550123"]
)
def test_a_phone_number_is_found_however_it_is_written(client: Client, omar: User, written: str) -> None:
    make_lead(owner=omar, last_name="Searched", phone="+15125550123")
    make_lead(owner=omar, last_name="Another", phone="+15125550199")
    assert names(read(client, omar, f"?search={written}"), "Searched", "Another") == ["Searched"]
