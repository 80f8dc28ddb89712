"""Tokens of the JSON API as rows."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from calls.models import ApiToken


def test_two_tokens_cannot_have_one_digest(omar: User) -> None:
    ApiToken.objects.create(user=omar, digest="d" * 64, hint="abcd")
    with pytest.raises(IntegrityError):
        ApiToken.objects.create(user=omar, digest="d" * 64, hint="efgh")


def test_a_token_is_shown_by_its_hint_alone(omar: User) -> None:
    assert str(ApiToken(user=omar, digest="d" * 64, hint="abcd")) == "…abcd"
