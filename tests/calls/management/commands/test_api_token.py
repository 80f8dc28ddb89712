"""`manage.py api_token`: a token is shown once, and can be revoked."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError

from calls.api.tokens import user_of_token
from calls.models import ApiToken
from tests.calls.management.commands.output import run


def test_api_token_prints_a_working_token_once(omar: User) -> None:
    assert user_of_token(run("api_token", "omar")) == omar


def test_api_token_revokes(omar: User) -> None:
    token = run("api_token", "omar")
    assert run("api_token", "omar", "--revoke") == "Revoked 1"
    assert user_of_token(token) is None


def test_api_token_refuses_those_the_api_would_refuse(zoe: User) -> None:
    for name in ("zoe", "nobody"):
        with pytest.raises(CommandError):
            run("api_token", name)
    assert not ApiToken.objects.exists()
