"""System checks at start: one line for each missing or contradictory setting.

A value that cannot be right never comes so far (`realestate/settings_reader.py`). A missing setting is a warning, since
the CRM works without a carrier, and an error where a deployment is checked (`check --deploy`).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

# The last day of each model, as its vendor announced in 2026.
SHUTDOWNS = {
    "gpt-4o-mini": date(2027, 1, 14),
    "gpt-4o-mini-2024-07-18": date(2027, 1, 14),
    "gpt-realtime": date(2027, 1, 20),
    "gpt-realtime-2025-08-28": date(2027, 1, 20),
    "gpt-realtime-mini": date(2027, 1, 20),
    "gpt-realtime-mini-2025-12-15": date(2027, 1, 20),
    "gpt-audio-mini": date(2027, 1, 20),
    "whisper-1": date(2027, 2, 26),
    "gpt-4o-transcribe": date(2027, 2, 26),
    "gpt-4o-mini-transcribe": date(2027, 2, 26),
    "gpt-4o-transcribe-diarize": date(2027, 2, 26),
}
REPLACEMENTS = {
    "OPENAI_CHAT_MODEL": "gpt-6-luna with OPENAI_REASONING_EFFORT=none",
    "OPENAI_REALTIME_MODEL": "gpt-realtime-2.1",
    "OPENAI_TRANSCRIBE_MODEL": "gpt-transcribe",
}
NEEDED = {
    "TWILIO_ACCOUNT_SID": "no call can be placed",
    "TWILIO_AUTH_TOKEN": "no call can be placed and no webhook is believed",
    "TWILIO_FROM_NUMBER": "no call can be placed",
    "OPENAI_API_KEY": "AI calls cannot talk",
}


def settings_are_complete(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warnings for settings that are missing or contradict each other."""
    return [*_missing(), *_addresses(), *_models(), *_mistaken()]


def fit_for_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Errors for settings that must not go live."""
    found: list[CheckMessage] = []
    if not settings.DEBUG and settings.SECRET_KEY == settings.DEVELOPMENT_KEY:
        found.append(
            Error("SECRET_KEY is the development key; sessions and booking slots could be forged", id="ringside.E001")
        )
    if not settings.PUBLIC_URL.startswith("https://"):
        found.append(
            Error("PUBLIC_URL is not https; the carrier connects media streams over TLS only", id="ringside.E002")
        )
    if missing := [name for name in NEEDED if not getattr(settings, name)]:
        found.append(Error(f"Not set: {', '.join(missing)}", id="ringside.E003"))
    if settings.BROKERAGE_NAME == settings.DEMO_BROKERAGE:
        found.append(
            Error("BROKERAGE_NAME is the demo's; every AI call must open with your legal name", id="ringside.E004")
        )
    if settings.HTTPS and not settings.FORWARDED_ALLOW_IPS:
        found.append(
            Warning(
                "FORWARDED_ALLOW_IPS is not set: unless your proxy is on this machine, the login guard takes it for "
                "the only visitor there is, and a stranger's wrong passwords lock everybody out",
                hint="Name the address of your proxy",
                id="ringside.W052",
            )
        )
    return found


def _missing() -> Iterator[CheckMessage]:
    for number, (name, consequence) in enumerate(NEEDED.items(), start=1):
        if not getattr(settings, name):
            yield Warning(f"{name} is not set: {consequence}", id=f"ringside.W00{number}")
    if bool(settings.AWS_ACCESS_KEY_ID) != bool(settings.AWS_SECRET_ACCESS_KEY):
        yield Warning(
            "Only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set: Polly will refuse", id="ringside.W005"
        )


def _addresses() -> Iterator[CheckMessage]:
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme == "http" and settings.TWILIO_ACCOUNT_SID and not settings.TWILIO_API_BASE_URL:
        yield Warning(
            "PUBLIC_URL is http while calls go to Twilio itself: its media streams need https", id="ringside.W021"
        )
    if parts.hostname and "_" in parts.hostname:
        yield Warning("PUBLIC_URL's host holds an underscore: Twilio refuses it as a callback", id="ringside.W022")


def _models() -> Iterator[CheckMessage]:
    for name, replacement in REPLACEMENTS.items():
        model = getattr(settings, name)
        if (last_day := SHUTDOWNS.get(model)) is not None:
            yield Warning(
                f"{name}: {model} shuts down on {last_day:%Y-%m-%d}", hint=f"Use {replacement}", id="ringside.W030"
            )


def _mistaken() -> Iterator[CheckMessage]:
    for note in settings.SETTINGS_NOTES:
        yield Warning(note, id="ringside.W050")
    if "*" in settings.FORWARDED_ALLOW_IPS.split(","):
        yield Warning(
            "FORWARDED_ALLOW_IPS is *: every visitor is believed whatever address they claim, and the login guard is "
            "left with the name",
            hint="Name the address of your proxy",
            id="ringside.W051",
        )
