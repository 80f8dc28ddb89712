"""What a page does that looks for news, or posts without leaving, when the answer is another page."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from leads.models import Lead, Suppression

HTMX = {"HX-Request": "true"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/leads/", "/calls/", "/comparisons/", "/calls/?type=realtime"])
def test_a_list_whose_session_is_over_sends_the_whole_page_to_the_login(client: Client, path: str) -> None:
    answer = client.get(path, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"].startswith(f"/login/?next={path.split('?')[0]}")


@pytest.mark.django_db
def test_a_browser_is_redirected_as_ever(client: Client) -> None:
    assert client.get("/leads/").status_code == 302


def test_a_post_names_the_page_to_go_to_and_keeps_its_cookies(client: Client, lead: Lead, omar: User) -> None:
    client.force_login(omar)
    answer = client.post(reverse("lead_call", args=[lead.pk]), {"type": "regular"}, headers=HTMX)
    assert answer.status_code == 204
    assert "/" in answer["HX-Redirect"]
    assert client.get("/leads/").status_code == 200


@pytest.mark.parametrize("path", ["/leads/", "/calls/", "/comparisons/"])
def test_every_list_looks_for_news_and_is_given_its_rows_alone(client: Client, omar: User, path: str) -> None:
    client.force_login(omar)
    whole, rows = (client.get(path, headers=headers).content.decode() for headers in ({}, HTMX))
    assert 'hx-trigger="every ' in whole
    assert "<html" in whole
    assert "<html" not in rows
    assert 'id="results"' in rows


def test_a_leads_page_that_looks_for_news_leaves_the_messages_to_the_next_page(
    client: Client, lead: Lead, omar: User
) -> None:
    client.force_login(omar)
    Suppression.objects.create(phone=lead.phone, reason="manual")
    client.post(reverse("lead_call", args=[lead.pk]), {"type": "regular"}, headers=HTMX)
    assert "Not called." not in client.get(f"/leads/{lead.pk}/", headers=HTMX).content.decode()
    assert "Not called." in client.get(f"/leads/{lead.pk}/").content.decode()
