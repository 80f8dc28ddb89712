"""Django application configuration."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class DemoConfig(AppConfig):
    name = "demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from demo.published_password import no_account_has_it  # it needs the models, which are loaded by now

        register(no_account_has_it, Tags.security, deploy=True)
