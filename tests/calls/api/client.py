"""A client of the JSON API for tests."""

import json
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from calls.api.tokens import issue_token
from leads.models import Lead


def bearer(user: User) -> Client:
    """A client with that user's API token."""
    return Client(headers={"Authorization": f"Bearer {issue_token(user)}"}, enforce_csrf_checks=True)


def post(client: Client, path: str, body: Any) -> Any:
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(path, data, content_type="application/json")


def initiate(client: Client, lead: Lead, body: Any) -> Any:
    return post(client, f"/api/calls/{lead.pk}/initiate", body)


def error(response: Any, status: int) -> str:
    """The code of an error, which must have the one shape."""
    assert response.status_code == status, response.content
    body = response.json()["error"]
    assert body["message"]
    return str(body["code"])
