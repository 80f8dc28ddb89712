"""The back office: calls are shown in full and changed by nobody; prices are added, never edited."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from calls.api.tokens import issue_token
from calls.compliance.hold_back import hold_back, is_held_back
from calls.models import ApiToken, Call, CallEvent, Comparison, Price, ToolUse, Turn
from leads.models import Lead
from tests.people import make_call, make_lead


def test_a_call_is_shown_with_transcript_tools_and_log_and_without_its_token(office: Client, lead: Lead) -> None:
    call = make_call(lead)
    Turn.objects.create(call=call, speaker="lead", engine="realtime", text="Three bedrooms, please", item_id="1")
    ToolUse.objects.create(call=call, name="search_listings", tool_call_id="t", engine="realtime")
    CallEvent.objects.create(call=call, kind="answered")
    page = office.get(reverse("admin:calls_call_change", args=[call.pk])).content.decode()
    for shown in ("Three bedrooms, please", "search_listings", "answered", "Maria Lopez"):
        assert shown in page
    assert call.stream_token not in page


def test_calls_cannot_be_added_changed_or_deleted(office: Client, lead: Lead) -> None:
    call = make_call(lead)
    assert office.get(reverse("admin:calls_call_add")).status_code == 403
    assert office.post(reverse("admin:calls_call_change", args=[call.pk]), {"status": "failed"}).status_code == 403
    assert office.post(reverse("admin:calls_call_delete", args=[call.pk]), {"post": "yes"}).status_code == 403
    call.refresh_from_db()
    assert call.status == "in_progress"


def test_the_list_of_calls_asks_a_fixed_number_of_queries(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        make_call(make_lead(), status="completed", ended_at=now())
    with django_assert_max_num_queries(12):
        page = office.get(reverse("admin:calls_call_changelist") + "?q=Lopez&status=completed")
    assert page.status_code == 200
    assert page.content.decode().count("Maria Lopez") >= 12


def test_a_comparison_is_shown_with_its_calls(office: Client, lead: Lead, ana: User) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=ana, agent_mode="buyer")
    make_call(lead, comparison=comparison)
    assert office.get(reverse("admin:calls_comparison_changelist")).status_code == 200
    assert "Realtime" in office.get(reverse("admin:calls_comparison_change", args=[comparison.pk])).content.decode()


@pytest.mark.parametrize("model", ["call", "comparison"])
def test_an_agent_finds_only_the_calls_of_leads_they_may_see(
    client: Client, lead: Lead, omar: User, bob: User, model: str
) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    call = make_call(lead, comparison=comparison)
    address = reverse(f"admin:calls_{model}_change", args=[{"call": call, "comparison": comparison}[model].pk])
    for user, status in ((omar, 200), (bob, 302)):
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        client.force_login(user)
        assert client.get(address).status_code == status
    assert "Maria Lopez" not in client.get(reverse(f"admin:calls_{model}_changelist")).content.decode()


def test_a_price_is_added_and_never_edited(office: Client) -> None:
    form = {"meter": "test.meter", "model": "", "unit_price": "0.5", "effective_from": "2026-11-22", "source": "x"}
    assert office.post(reverse("admin:calls_price_add"), form).status_code == 302
    price = Price.objects.get(meter="test.meter")
    office.post(reverse("admin:calls_price_change", args=[price.pk]), form | {"unit_price": "9"})
    price.refresh_from_db()
    assert price.unit_price == pytest.approx(0.5)


def test_a_token_is_revoked_but_never_made_here(office: Client, ana: User) -> None:
    issue_token(ana)
    token = ApiToken.objects.get()
    assert office.get(reverse("admin:calls_apitoken_add")).status_code == 403
    page = office.get(reverse("admin:calls_apitoken_change", args=[token.pk])).content.decode()
    assert token.digest not in page
    form = {"revoked_at_0": "2026-11-22", "revoked_at_1": "09:00:00"}
    assert office.post(reverse("admin:calls_apitoken_change", args=[token.pk]), form).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    form = {"revoked_at_0": "", "revoked_at_1": ""}
    again = office.post(reverse("admin:calls_apitoken_change", args=[token.pk]), form)
    assert "stays revoked" in again.content.decode()
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_tokens_are_listed_for_their_owner_and_for_managers_and_may_be_revoked_by_them(
    client: Client, omar: User, bob: User, mona: User
) -> None:
    issue_token(omar)
    issue_token(bob)
    mine, other = ApiToken.objects.get(user=omar), ApiToken.objects.get(user=bob)
    listing = reverse("admin:calls_apitoken_changelist")
    client.force_login(omar)
    page = client.get(listing).content.decode()
    assert f">{mine}<" in page or mine.hint in page
    assert f"/{other.pk}/change/" not in page
    assert "Api tokens" in client.get(reverse("admin:index")).content.decode().replace("API", "Api")
    assert client.get(reverse("admin:calls_apitoken_change", args=[other.pk])).status_code == 302
    chosen = {"action": "revoke", "_selected_action": [str(mine.pk), str(other.pk)]}
    client.post(listing, chosen)
    assert ApiToken.objects.get(pk=mine.pk).revoked_at
    assert not ApiToken.objects.get(pk=other.pk).revoked_at
    assert client.get(listing, {"digest__startswith": other.digest[:1]}).status_code == 400
    client.force_login(mona)
    assert f"/{other.pk}/change/" in client.get(listing).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        "stream_token__regex=^a",
        "stream_token__startswith=a",
        "stream_token=a",
        "placed_by__password__startswith=a",
        "lead__owner__password__regex=a",
        "outcome__regex=(",
        "type__iregex=(a%2B)%2B$",
        "opening__contains=a",
        "events__data__contains=a",
        "recordings__source_url__startswith=h",
        "type__exact=%00",
        "queued_at__year=99999999999",
        "queued_at__date=x",
        "type__in=" + "a" * 300,
    ],
)
def test_a_list_is_filtered_by_what_it_shows_and_by_nothing_else(office: Client, lead: Lead, asked: str) -> None:
    make_call(lead)
    assert office.get(reverse("admin:calls_call_changelist") + f"?{asked}").status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        "type__exact=realtime",
        "status__in=completed,failed",
        "placed_by__id__exact=1",
        "placed_by__isnull=True",
        "queued_at__year=2026&queued_at__month=11&queued_at__day=2",
        "simulated__exact=0",
        "q=Lopez&o=-1.2&p=1",
        "placed_by__id__exact=" + "9" * 40,
        "placed_by__id__exact=x",
        "queued_at__gte=x",
        "queued_at__year=2026&queued_at__month=2&queued_at__day=31",
        "queued_at__year=9998",
        "queued_at__year=2",
        "p=x",
        "p=99999999999999999999",
        "o=99.-99.x",
        "q=%00",
        "q=" + "a " * 3000,
        "_facets=True",
        "all=",
        "e=1",
    ],
)
def test_whatever_else_stands_in_the_address_the_list_answers(office: Client, lead: Lead, asked: str) -> None:
    make_call(lead)
    answer = office.get(reverse("admin:calls_call_changelist") + f"?{asked}", follow=True)
    assert answer.status_code == 200


def test_agents_without_permission_see_no_back_office_of_calls(client: Client, omar: User, lead: Lead) -> None:
    client.force_login(omar)
    make_call(lead)
    assert client.get(reverse("admin:calls_call_changelist")).status_code == 403
    assert Call.objects.count() == 1


def test_a_person_who_has_read_a_call_lets_the_ai_call_its_lead_again(client: Client, ana: User, lead: Lead) -> None:
    call = make_call(lead, status="completed", ended_at=now())
    hold_back(call, reason="the process that held the call ended")
    client.force_login(ana)
    form = {"action": "mark_as_read", ACTION_CHECKBOX_NAME: [str(call.pk)]}
    answer = client.post("/admin/calls/call/", form, follow=True)
    assert "Marked as read: 1" in answer.content.decode()
    assert not is_held_back(lead)
