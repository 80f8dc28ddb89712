"""What the database refuses, said in the words of the constraint it names."""

import pytest
from django.db import DataError, IntegrityError, transaction

from leads.admin.constraints import NO_ROOM, TOGETHER, sentence_for
from leads.models import Lead, SellerProperty
from tests.people import make_lead


def refused_by_the_database(**fields: object) -> IntegrityError:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Lead.objects.create(**{"first_name": "Maria", **fields})
    return refused.value


def test_a_check_and_a_unique_rule_are_said_in_their_own_words(lead: Lead) -> None:
    assert sentence_for(refused_by_the_database()) == "A lead needs a phone number or an e-mail address."
    assert sentence_for(refused_by_the_database(phone=str(lead.phone))) == "Another lead has this phone number."


def test_a_rule_on_an_expression_is_found_by_its_name(db: None) -> None:
    lead = make_lead()
    SellerProperty.objects.create(lead=lead, address="22 Hickory Bend")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        SellerProperty.objects.create(lead=lead, address="22 HICKORY bend")
    assert sentence_for(refused.value) == "The lead has this home already."


def test_what_is_no_rule_of_ours_is_said_too() -> None:
    assert sentence_for(DataError("value too long")) == NO_ROOM
    assert sentence_for(OverflowError("date value out of range")) == NO_ROOM
    assert sentence_for(IntegrityError('violates foreign key constraint "somewhere_else"')) == TOGETHER
    assert sentence_for(IntegrityError("UNIQUE constraint failed: somewhere.else")) == TOGETHER
