"""Django application configuration."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class LeadsConfig(AppConfig):
    name = "leads"
    default_auto_field = "django.db.models.BigAutoField"


class OfficeConfig(admin_apps.AdminConfig):
    """Django's admin with our site in the place of its own. Installed by its full name."""

    default = False
    default_site = "leads.office_site.OfficeSite"
