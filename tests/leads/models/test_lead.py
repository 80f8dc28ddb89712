"""Leads as rows: what must always hold, and who may see which."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from leads.models import Lead, StaffProfile
from tests.people import make_lead


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"phone": "0123"}, "lead_phone_is_e164"),
        ({"phone": "", "email": ""}, "lead_is_reachable"),
        ({"score": 101}, "lead_score_0_100"),
        ({"stage": "lost", "lost_reason": ""}, "lead_lost_has_reason"),
    ],
)
def test_the_database_refuses(lead: Lead, changes: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(**changes)


def test_a_phone_number_belongs_to_one_lead_that_is_not_archived(db: None) -> None:
    make_lead(phone="+15125550177", archived_at=now())
    make_lead(phone="+15125550177")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_lead(phone="+15125550177")


def test_agents_see_their_own_and_unowned_leads_and_managers_all(omar: User, bob: User, mona: User, ana: User) -> None:
    own, unowned, bobs = make_lead(owner=omar), make_lead(), make_lead(owner=bob)
    assert set(Lead.objects.visible_to(omar)) == {own, unowned}
    assert set(Lead.objects.visible_to(mona)) == set(Lead.objects.visible_to(ana)) == {own, unowned, bobs}


def test_who_is_not_active_staff_sees_none(omar: User, mona: User, zoe: User) -> None:
    make_lead()
    mona.is_active = False
    assert not Lead.objects.visible_to(mona)
    assert not Lead.objects.visible_to(zoe)
    StaffProfile.objects.filter(user=omar).delete()
    assert Lead.objects.visible_to(omar).count() == 1


def test_a_lead_is_called_by_its_names_and_has_a_page() -> None:
    lead = Lead(first_name="Maria", last_name="")
    assert (str(lead), lead.full_name) == ("Maria", "Maria")
    assert lead.get_absolute_url() == f"/leads/{lead.pk}/"
