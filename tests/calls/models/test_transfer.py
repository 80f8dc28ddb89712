"""Transfers: one at a time for each call."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from calls.models import OPEN_TRANSFER_STATUSES, Call, Transfer
from tests.people import make_call


def ask(call: Call, colleague: User, **fields: str) -> Transfer:
    return Transfer.objects.create(call=call, reason="request", colleague=colleague, phone="+15125550190", **fields)


@pytest.mark.parametrize("status", OPEN_TRANSFER_STATUSES)
def test_a_call_is_put_through_to_one_colleague_at_a_time(omar: User, status: str) -> None:
    call = make_call()
    ask(call, omar, status=status)
    with pytest.raises(IntegrityError), transaction.atomic():
        ask(call, omar)
    ask(make_call(), omar)


@pytest.mark.parametrize("status", sorted(set(Transfer.Status.values) - set(OPEN_TRANSFER_STATUSES)))
def test_after_a_transfer_that_is_over_another_may_be_asked_for(omar: User, status: str) -> None:
    call = make_call()
    ask(call, omar, status=status)
    assert ask(call, omar).status == Transfer.Status.ASKED
