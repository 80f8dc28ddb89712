"""Reading a lead's page in tests."""

from django.contrib.auth.models import User
from django.test import Client

from leads.models import Lead


def read(client: Client, user: User, lead: Lead) -> str:
    """The lead's page as that user sees it."""
    client.force_login(user)
    return client.get(lead.get_absolute_url()).content.decode()
