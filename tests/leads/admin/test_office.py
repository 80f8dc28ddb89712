"""Whose rows the back office offers and takes, and that it says in a sentence what it does not take."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.forms import ModelChoiceField
from django.test import Client, RequestFactory
from django.urls import reverse

from leads.admin import OfficeAdmin, OfficeForm, OfficeInline
from leads.models import Appointment, BuyerPreferences, Lead, SellerProperty
from tests.leads.admin.conftest import OfficeOf
from tests.leads.admin.test_appointment import appointment_form
from tests.leads.admin.typed import filled_in
from tests.people import make_lead

START = datetime(2030, 11, 26, 20, 0, tzinfo=UTC)
OURS = ("leads", "calls", "auth")
SIGNED_IN_USERS_MAY_BE_OFFERED = {Permission, Group}  # by superusers alone: they give rights


def ours() -> list[Any]:
    """Every page of the back office for a model of ours."""
    return [
        each for model, each in admin.site._registry.items() if model._meta.app_label in OURS and model is not Group
    ]


def test_every_page_and_inline_of_ours_has_the_offices_manners() -> None:
    assert [type(each) for each in ours() if not isinstance(each, OfficeAdmin)] == []
    inlines = [inline for each in ours() for inline in each.inlines]
    editable = [inline for inline in inlines if not set(inline.fields or ["*"]) <= set(inline.readonly_fields)]
    assert [inline for inline in editable if not issubclass(inline, OfficeInline)] == []
    assert [inline for inline in editable if not issubclass(inline.form, OfficeForm)] == []


@pytest.mark.parametrize("each", ours(), ids=lambda each: each.opts.label_lower)
def test_every_relation_of_every_form_offers_only_what_the_user_may_see(each: Any, omar: User, bob: User) -> None:
    hidden = make_lead(owner=bob)
    Appointment.objects.create(
        lead=hidden, agent=bob, type="showing", start_at=START, end_at=START + timedelta(hours=1), timezone="UTC"
    )
    omar.user_permissions.set(Permission.objects.all())
    request = RequestFactory().get("/")
    request.user = omar
    inlines = each.get_inline_instances(request)
    forms = [each.get_form(request), *(inline.get_formset(request).form for inline in inlines)]
    for form in forms:
        for name, field in form.base_fields.items():
            if not isinstance(field, ModelChoiceField):
                continue
            assert field.queryset is not None
            related = field.queryset.model
            if related is User:
                assert {user.is_staff for user in field.queryset} <= {True}, name
            elif related not in SIGNED_IN_USERS_MAY_BE_OFFERED:
                shown = admin.site.get_model_admin(related).get_queryset(request)
                assert set(field.queryset) == set(shown), name
            if related is Lead:
                assert hidden not in field.queryset


def test_another_agents_lead_is_not_taken_by_the_appointment_form_and_its_name_is_not_told(
    office_of: OfficeOf, omar: User, bob: User
) -> None:
    hidden = make_lead(owner=bob, first_name="Secretive")
    office = office_of(omar)
    add = reverse("admin:leads_appointment_add")
    answer = office.post(add, appointment_form(hidden, omar, START))
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
    assert "Secretive" not in answer.content.decode()
    assert not Appointment.objects.exists()
    assert "Secretive" not in office.get(add, {"lead": str(hidden.pk)}).content.decode()


def test_an_agent_keeps_the_appointment_they_were_given_with_a_lead_of_another(
    office_of: OfficeOf, omar: User, bob: User
) -> None:
    hidden, other = make_lead(owner=bob), make_lead(owner=bob)
    kept = Appointment.objects.create(
        lead=hidden, agent=omar, type="showing", start_at=START, end_at=START + timedelta(hours=1), timezone="UTC"
    )
    office = office_of(omar)
    change = reverse("admin:leads_appointment_change", args=[kept.pk])
    typed = filled_in(office.get(change))
    assert office.post(change, typed | {"notes": "Side door"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.notes, kept.lead) == ("Side door", hidden)
    assert office.post(change, typed | {"lead": str(other.pk)}).status_code == 200
    kept.refresh_from_db()
    assert kept.lead == hidden


def test_a_home_of_another_lead_is_not_reached_by_its_id_in_an_inline(
    office_of: OfficeOf, omar: User, bob: User
) -> None:
    mine, hidden = make_lead(owner=omar), make_lead(owner=bob)
    home = SellerProperty.objects.create(lead=hidden, address="22 Hickory Bend")
    wish = BuyerPreferences.objects.create(lead=hidden, motivation="closer to work")
    office = office_of(omar)
    change = reverse("admin:leads_lead_change", args=[mine.pk])
    typed = filled_in(office.get(change))
    for prefix, row, field in (("seller_properties", home, "address"), ("preferences", wish, "motivation")):
        taken = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "1", f"{prefix}-0-id": str(row.pk)}
        office.post(change, typed | taken | {f"{prefix}-0-lead": str(mine.pk), f"{prefix}-0-{field}": "taken"})
    home.refresh_from_db()
    wish.refresh_from_db()
    assert (home.address, home.lead, wish.motivation) == ("22 Hickory Bend", hidden, "closer to work")


def test_autocompletion_finds_only_leads_the_agent_may_see(office_of: OfficeOf, omar: User, bob: User) -> None:
    make_lead(owner=bob, first_name="Secretive")
    make_lead(owner=omar, first_name="Secretly")
    asked = {"app_label": "leads", "model_name": "appointment", "field_name": "lead"}
    office = office_of(omar)
    for term in ("Secret", "", "Secret\0", "x" * 70_000, "'\"%_\\"):
        answer = office.get(reverse("admin:autocomplete"), asked | {"term": term})
        assert answer.status_code == 200, term[:20]
        assert "Secretive" not in answer.content.decode()
    asked |= {"model_name": "nothing"}
    assert office.get(reverse("admin:autocomplete"), asked).status_code == 403


@pytest.mark.parametrize("field", ["lead", "call", "comparison"])
def test_autocompletion_by_any_relation_of_any_model_shows_no_hidden_lead(
    office_of: OfficeOf, omar: User, bob: User, field: str
) -> None:
    make_lead(owner=bob, first_name="Secretive")
    omar.user_permissions.set(Permission.objects.all())
    office = office_of(omar)
    for model in apps.get_models():
        asked = {"app_label": model._meta.app_label, "model_name": str(model._meta.model_name), "field_name": field}
        answer = office.get(reverse("admin:autocomplete"), asked | {"term": "Secretive"})
        assert "Secretive" not in answer.content.decode()


def test_an_action_with_ids_of_others_or_with_none_does_nothing(office_of: OfficeOf, omar: User, bob: User) -> None:
    hidden = Appointment.objects.create(
        lead=make_lead(owner=bob), agent=bob, type="showing", start_at=START,
        end_at=START + timedelta(hours=1), timezone="UTC",
    )  # fmt: skip
    office = office_of(omar)
    url = reverse("admin:leads_appointment_changelist")
    for chosen in (str(hidden.pk), "abc", "", "\0", "9" * 400):
        form = {"action": "delete_selected", "_selected_action": [chosen], "post": "yes", "select_across": "1"}
        assert office.post(url, form).status_code in (200, 302)
        form["select_across"] = "0"
        assert office.post(url, form).status_code in (200, 302)
    assert Appointment.objects.filter(pk=hidden.pk).exists()


def test_history_pages_and_addresses_of_hidden_rows_lead_away(office_of: OfficeOf, omar: User, bob: User) -> None:
    hidden = make_lead(owner=bob, first_name="Secretive")
    office = office_of(omar)
    for page in ("change", "history", "delete"):
        answer = office.get(reverse(f"admin:leads_lead_{page}", args=[hidden.pk]), follow=True)
        assert "Secretive" not in answer.content.decode()


def test_the_address_fills_in_only_what_a_field_can_hold(office: Client, lead: Lead) -> None:
    add = reverse("admin:leads_appointment_add")
    assert "Maria Lopez" in office.get(add, {"lead": str(lead.pk)}).content.decode()
    for given in (
        {"lead": "abc"},
        {"start_at": "tomorrow"},
        {"agent": "9" * 400},
        {"agent": "x"},
        {"listing": "\0"},
        {"nothing": "1"},
        {"lead__owner": "1"},
    ):
        assert office.get(add, given).status_code == 200, given
    assert office.get(reverse("admin:auth_user_add"), {"groups": "a,b"}).status_code == 200


def test_the_names_of_leads_one_may_no_longer_see_are_gone_from_ones_own_recent_actions(
    office_of: OfficeOf, omar: User, bob: User
) -> None:
    lead = make_lead(owner=omar, first_name="Secretive")
    office = office_of(omar)
    change = reverse("admin:leads_lead_change", args=[lead.pk])
    office.post(change, filled_in(office.get(change)) | {"city": "Lakeside"})
    assert LogEntry.objects.count() == 1
    assert "Secretive" in office.get(reverse("admin:index")).content.decode()
    Lead.objects.filter(pk=lead.pk).update(owner=bob)
    assert "Secretive" not in office.get(reverse("admin:index")).content.decode()


def test_a_race_with_another_save_is_said_in_a_sentence_and_nothing_typed_is_lost(office: Client, lead: Lead) -> None:
    change = reverse("admin:leads_lead_change", args=[lead.pk])
    typed = filled_in(office.get(change))
    typed |= {"seller_properties-TOTAL_FORMS": "2", "city": "Lakeside"}
    for number in (0, 1):
        typed |= {f"seller_properties-{number}-{name}": "" for name in ("id", "city", "state", "postal_code")}
        typed |= {
            f"seller_properties-{number}-address": "22 Hickory Bend",
            f"seller_properties-{number}-occupancy": "unknown",
            f"seller_properties-{number}-timeframe": "unknown",
            f"seller_properties-{number}-listed_elsewhere": "unknown",
            f"seller_properties-{number}-lead": str(lead.pk),
        }
    answer = office.post(change, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "violated" not in page
    assert page.count('value="22 Hickory Bend"') == 2
    assert 'value="Lakeside"' in page
    assert not SellerProperty.objects.exists()


def test_who_may_change_users_but_is_no_superuser_makes_nobody_one(
    client: Client, omar: User, ana: User, mona: User
) -> None:
    omar.user_permissions.set(Permission.objects.all())
    client.force_login(omar)
    own = reverse("admin:auth_user_change", args=[omar.pk])
    typed = filled_in(client.get(own))
    assert client.post(own, typed | {"is_superuser": "on", "profile-0-is_manager": "on"}).status_code == 302
    omar.refresh_from_db()
    assert not omar.is_superuser
    assert not omar.profile.is_manager
    for address in ("auth_user_change", "auth_user_password_change", "auth_user_delete"):
        answer = client.post(reverse(f"admin:{address}", args=[ana.pk]), {"password1": "x", "password2": "x"})
        assert answer.status_code == 403, address
