"""The comparison pages: who sees them, and what they answer."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from calls.models import Comparison
from leads.models import Lead
from tests.people import make_call
from tests.stories import finished_comparison


@pytest.fixture
def comparison(lead: Lead, omar: User) -> Comparison:
    """Three finished calls to Omar's lead."""
    return finished_comparison(lead, omar)


def read(client: Client, user: User, address: str) -> str:
    """A page as that user sees it."""
    client.force_login(user)
    return client.get(address).content.decode()


def test_the_answer_and_three_columns_are_shown(client: Client, omar: User, comparison: Comparison) -> None:
    page = read(client, omar, comparison.get_absolute_url())
    assert "Which way should I call?" in page
    assert '<b class="type-realtime">Realtime</b> if speed matters' in page
    assert "One call each: an impression, not proof." in page
    assert page.count("<audio") == 3
    assert page.count('class="strip"') == 3
    assert page.count("test booking") == 2


def test_simulated_figures_say_so(client: Client, omar: User, comparison: Comparison) -> None:
    page = read(client, omar, comparison.get_absolute_url())
    assert "no vendor’s" in page
    assert ">simulated<" in page
    comparison.calls.update(simulated=False)
    page = read(client, omar, comparison.get_absolute_url())
    assert "no vendor’s" not in page
    assert ">simulated<" not in page


def test_while_calls_run_no_answer_is_given(client: Client, omar: User, lead: Lead) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    make_call(lead, comparison=comparison, type="realtime", to_number="+15125550181")
    make_call(lead, comparison=comparison, type="regular", status="completed", ended_at=now())
    page = read(client, omar, comparison.get_absolute_url())
    assert "1 of 2 calls are over." in page
    assert "matters" not in page


def test_a_comparison_without_calls_says_what_to_do(client: Client, omar: User, lead: Lead) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    assert "No call was placed" in read(client, omar, comparison.get_absolute_url())


def test_another_agents_comparison_is_not_there(client: Client, bob: User, comparison: Comparison) -> None:
    client.force_login(bob)
    assert client.get(comparison.get_absolute_url()).status_code == 404
    assert str(comparison.pk) not in read(client, bob, reverse("comparison_list"))
    assert client.get(reverse("comparison_detail", args=[uuid.uuid4()])).status_code == 404


def test_the_list_shows_each_comparison_with_its_calls(client: Client, omar: User, comparison: Comparison) -> None:
    page = read(client, omar, reverse("comparison_list"))
    assert comparison.get_absolute_url() in page
    assert page.index("Regular") < page.index("Conversational") < page.index("Realtime")


def test_an_empty_list_leads_to_the_leads(client: Client, omar: User) -> None:
    assert "Nothing compared yet" in read(client, omar, reverse("comparison_list"))


def test_the_page_asks_a_fixed_number_of_queries(
    client: Client, omar: User, comparison: Comparison, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(omar)
    with django_assert_max_num_queries(16):
        client.get(comparison.get_absolute_url())
