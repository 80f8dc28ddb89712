"""Erasing a lead's own rows."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction

from leads.erasure import delete_lead, erase_lead
from leads.models import BuyerPreferences, Lead, SellerProperty


def entry_about(lead: Lead, user: User) -> LogEntry:
    return LogEntry.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(Lead), object_id=str(lead.pk),
        object_repr=str(lead), change_message=f"Changed {lead}", action_flag=CHANGE,
    )  # fmt: skip


def test_an_erased_lead_is_nobody_and_wants_nothing(lead: Lead, mona: User) -> None:
    BuyerPreferences.objects.create(lead=lead)
    SellerProperty.objects.create(lead=lead, address="22 Hickory Bend")
    entry = entry_about(lead, mona)
    erase_lead(lead, by=mona)
    lead.refresh_from_db()
    entry.refresh_from_db()
    assert (lead.full_name, lead.email, str(lead.phone), lead.stage) == ("Erased lead", "", "", "archived")
    assert lead.erased_at
    assert lead.archived_at
    assert not SellerProperty.objects.exists()
    assert not BuyerPreferences.objects.exists()
    assert (entry.object_repr, entry.change_message) == ("Erased lead", "")


def test_a_deleted_lead_leaves_no_name_in_the_log(lead: Lead, mona: User) -> None:
    entry = entry_about(lead, mona)
    delete_lead(lead)
    entry.refresh_from_db()
    assert entry.object_repr == "Erased lead"
    assert not Lead.objects.exists()


def test_only_an_erased_lead_may_be_out_of_reach(lead: Lead) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(phone="", email="")
