"""Staff in the back office: Django's users, with the profile that makes them bookable and reachable by phone."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

from leads.models import StaffProfile


class StaffProfileInline(admin.StackedInline[StaffProfile, User]):
    """Phone, zone and working hours of a member of staff."""

    model = StaffProfile
    can_delete = False


class StaffUserAdmin(UserAdmin[User]):
    """Users with their staff profile."""

    inlines = [StaffProfileInline]
    list_display = ["username", "first_name", "last_name", "email", "is_staff", "is_active"]


admin.site.unregister(User)
admin.site.register(User, StaffUserAdmin)
