"""Staff in the back office."""

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse


def test_staff_hours_are_edited_with_the_user(office: Client, omar: User) -> None:
    page = office.get(reverse("admin:auth_user_change", args=[omar.pk])).content.decode()
    assert "works_from" in page
