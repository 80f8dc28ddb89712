"""What the page of leads shows of the CRM, whoever renders it."""

from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from leads.pipeline.pages import due_list_context
from leads.staff_pages import StaffRequest
from tests.people import make_lead


def request_of(user: User, **query: str) -> StaffRequest:
    """A GET of the list by that user."""
    request = RequestFactory().get("/leads/", query)
    request.user = user
    return request  # type: ignore[return-value]  # its user is known


def test_the_front_door_leads_to_the_list(client: Client, omar: User) -> None:
    client.force_login(omar)
    assert client.get("/", follow=True).redirect_chain == [("/leads/", 302)]


def test_the_filter_is_read_from_the_query_without_blanks_and_nulls(omar: User) -> None:
    wanted = due_list_context(request_of(omar, search="  Lo\0pez ", stage="new"))["wanted"]
    assert (wanted.search, wanted.stage, wanted.intent, wanted.owner) == ("Lopez", "new", "", "")


def test_the_links_to_other_pages_keep_the_filter_and_drop_what_is_empty(omar: User) -> None:
    assert due_list_context(request_of(omar, search="Lopez", stage="", page="3"))["query"] == "search=Lopez"


def test_the_context_holds_the_leads_and_the_choices_of_the_filter(omar: User) -> None:
    lead = make_lead(owner=omar)
    context = due_list_context(request_of(omar))
    assert list(context["page"]) == [lead]
    assert omar in context["owners"]
    assert ("new", "New") in context["stages"]
    assert ("buyer", "Buyer") in context["intents"]
