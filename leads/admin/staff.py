"""Staff in the back office: Django's users, with the profile that makes them bookable and reachable by phone.

Who may change users but is no superuser makes nobody one, and nobody a manager: rights are given by who has them.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest

from leads.admin.office import OfficeAdmin, OfficeForm, OfficeInline
from leads.admin.phones import WRITTEN_PHONES, PhoneForm
from leads.models import StaffProfile, is_manager
from leads.staff_pages import signed_in_user

RIGHTS = ("is_superuser", "groups", "user_permissions")


class StaffProfileInline(OfficeInline, admin.StackedInline[StaffProfile, User]):
    """Phone, zone and working hours of a member of staff."""

    model = StaffProfile
    form = PhoneForm
    formfield_overrides = WRITTEN_PHONES
    exclude = ("phone_extension",)  # shown and taken with the number
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only managers make managers."""
        return () if is_manager(signed_in_user(request)) else ("is_manager",)


class StaffForm(OfficeForm, UserChangeForm[User]):
    """A user."""


class NewStaffForm(OfficeForm, AdminUserCreationForm[User]):
    """A new user."""


class StaffUserAdmin(OfficeAdmin, UserAdmin[User]):
    """Users with their staff profile."""

    form = StaffForm
    add_form = NewStaffForm
    inlines = [StaffProfileInline]
    list_display = ["username", "first_name", "last_name", "email", "is_staff", "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only superusers give rights."""
        return () if signed_in_user(request).is_superuser else RIGHTS

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only superusers change a superuser, their password included."""
        return self._may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only superusers delete a superuser."""
        return self._may_touch(request, obj) and super().has_delete_permission(request, obj)

    def _may_touch(self, request: HttpRequest, obj: User | None) -> bool:
        return obj is None or not obj.is_superuser or signed_in_user(request).is_superuser


admin.site.unregister(User)
admin.site.register(User, StaffUserAdmin)
