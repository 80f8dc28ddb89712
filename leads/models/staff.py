"""Staff profiles, and how users are named."""

from calendar import day_name
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from phonenumber_field.modelfields import PhoneNumberField

from leads.models.base import E164, LONGEST_EXTENSION, ShapedField
from leads.models.shapes import WORKDAYS
from leads.models.zones import ZoneField, brokerage_zone
from leads.text import one_line


def display_name(user: User) -> str:
    """How a user is named in full: first and last name, else the username."""
    return one_line(user.get_full_name()) or user.get_username()


def short_name(user: User) -> str:
    """How a user is named in short: the first name, else the username."""
    return one_line(user.first_name) or user.get_username()


def is_manager(user: User) -> bool:
    """Whether the user sees every lead and every colleague's rows: superusers and managers by their profile do."""
    return user.is_superuser or StaffProfile.objects.filter(user=user, is_manager=True).exists()


class WorkdaysField(ShapedField):
    """The weekdays on which somebody works."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("shape", WORKDAYS)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        """A box for each weekday."""
        given = {**kwargs, "choices": list(enumerate(day_name)), "coerce": int, "show_hidden_initial": False}
        return models.Field.formfield(
            self, form_class=forms.TypedMultipleChoiceField, **given | {"widget": forms.CheckboxSelectMultiple}
        )


class StaffProfile(models.Model):
    """What makes a staff user bookable and reachable: a phone, a zone, and working hours in that zone."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    phone = PhoneNumberField(blank=True)
    phone_extension = models.CharField(
        max_length=LONGEST_EXTENSION, blank=True, help_text="Dialed once a switchboard has picked up"
    )
    timezone = ZoneField(default=brokerage_zone)
    works_from = models.TimeField(default="09:00")
    works_until = models.TimeField(default="18:00")
    workdays = WorkdaysField(default=list, blank=True, help_text="Weekdays, Monday is 0; empty means Mon-Sat.")
    is_manager = models.BooleanField(default=False, help_text="Sees every lead, not only own and unowned ones.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=E164),
                name="staff_phone_is_e164",
                violation_error_message="The phone number is too short or too long to be called from here.",
            ),
            models.CheckConstraint(
                condition=Q(works_from__lt=F("works_until")),
                name="staff_day_has_hours",
                violation_error_message="The working day ends before it begins.",
            ),
        ]

    def __str__(self) -> str:
        return display_name(self.user)
