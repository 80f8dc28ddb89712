"""The back office as a superuser and as other members of staff have it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

type OfficeOf = Callable[[User], Client]


@pytest.fixture
def office(client: Client, ana: User) -> Client:
    """Ana's, who may do everything."""
    client.force_login(ana)
    return client


@pytest.fixture
def office_of(client: Client) -> OfficeOf:
    """That user's, with every permission on the CRM's models."""

    def sign_in(user: User) -> Client:
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="leads"))
        client.force_login(user)
        return client

    return sign_in
