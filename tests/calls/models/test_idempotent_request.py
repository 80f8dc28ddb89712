"""A request under a key stands once per user."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from calls.models import IdempotentRequest


def test_a_key_is_taken_once_per_user(omar: User, mona: User) -> None:
    IdempotentRequest.objects.create(user=omar, key="k1", fingerprint="x")
    IdempotentRequest.objects.create(user=mona, key="k1", fingerprint="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdempotentRequest.objects.create(user=omar, key="k1", fingerprint="y")
