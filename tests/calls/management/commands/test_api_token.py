"""`manage.py api_token`: a token is shown once, and can be revoked."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.utils.timezone import now

from calls.api.tokens import user_of_token
from calls.models import ApiToken
from tests.calls.management.commands.output import run


def test_api_token_prints_a_working_token_once(omar: User) -> None:
    assert user_of_token(run("api_token", "omar")) == omar


def test_api_token_revokes(omar: User) -> None:
    token = run("api_token", "omar")
    assert run("api_token", "omar", "--revoke") == "Revoked 1"
    assert user_of_token(token) is None


def test_api_token_is_valid_for_as_long_as_was_asked(omar: User) -> None:
    run("api_token", "omar", "--days", "7")
    assert ApiToken.objects.get().expires_at < now() + timedelta(days=7, minutes=1)
    for days in ("0", "-1", "99999999999"):
        with pytest.raises(CommandError):
            run("api_token", "omar", "--days", days)


def test_api_token_lists_a_users_tokens_without_telling_them(omar: User, bob: User) -> None:
    token, other = run("api_token", "omar"), run("api_token", "bob")
    run("api_token", "omar", "--revoke")
    second = run("api_token", "omar")
    listed = run("api_token", "omar", "--list")
    assert f"...{token[-4:]}  revoked" in listed
    assert f"...{second[-4:]}  valid, until " in listed
    assert "last used never" in listed
    assert other[-4:] not in listed
    assert token not in listed


def test_api_token_refuses_those_the_api_would_refuse(zoe: User) -> None:
    for name in ("zoe", "nobody"):
        with pytest.raises(CommandError):
            run("api_token", name)
    assert not ApiToken.objects.exists()
