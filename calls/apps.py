"""Django application configuration."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from calls.operations.checks import fit_for_production, settings_are_complete


class CallsConfig(AppConfig):
    name = "calls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from calls.operations.row_checks import rows_are_sound  # reads models, which are not there before

        register(settings_are_complete, Tags.compatibility)
        register(rows_are_sound, Tags.database)
        register(fit_for_production, Tags.security, deploy=True)
