"""Asks every vendor, the database, the queue and our own address whether calls can come about: `manage.py doctor`.

Each part is asked whatever the others say, and what is found is judged elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils.timezone import now
from django_tasks_db.models import DBTaskResult

from calls.operations import diagnosis, own_address
from calls.operations.diagnosis import Finding, Level
from calls.operations.health import channel_layer_is_up
from calls.operations.row_checks import unsound_values
from calls.providers import ProviderError, inspection
from calls.providers.inspection import CarrierInspection
from calls.public_urls import public_url

REPORTED_WITHIN = timedelta(days=1)
OUR_CHECKS = ("ringside.", "demo.")
SAID_LATER = "ringside.W030"  # models that are shut down: what OpenAI says of them comes with it
MODELS = ("OPENAI_CHAT_MODEL", "OPENAI_REALTIME_MODEL", "OPENAI_TRANSCRIBE_MODEL")


def examine() -> Iterator[Finding]:
    """Every finding, part by part, as soon as it is known."""
    yield from of_settings()
    yield from of_database()
    yield Finding(
        *("live pages", Level.OK, "The channel layer answers")
        if channel_layer_is_up()
        else (
            "live pages",
            Level.LOOK,
            "The channel layer does not answer: pages follow a second later",
            "Check REDIS_URL",
        )
    )
    yield from own_address.asked()
    clocks: dict[str, datetime | None] = {}
    yield from of_carrier(clocks)
    yield from of_models(clocks)
    yield from of_voice(clocks)
    yield diagnosis.of_clock(clocks, ours=now())


def of_settings() -> Iterator[Finding]:
    """What the system checks say; all of them where others reach us."""
    said = [
        check
        for check in run_checks(include_deployment_checks=settings.IS_PUBLIC)
        if str(check.id).startswith(OUR_CHECKS) and check.id != SAID_LATER
    ]
    for check in said:
        level = Level.STOPS if check.level >= ERROR and str(check.id).startswith("ringside.") else Level.LOOK
        yield Finding("settings", level, check.msg, check.hint or "See .env.example")
    if not said:
        yield Finding("settings", Level.OK, "Complete, and without contradiction")


def of_database() -> Iterator[Finding]:
    """Whether the database answers and is migrated, and whether somebody works on the queue."""
    try:
        executor = MigrationExecutor(connection)
        unapplied = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        yield diagnosis.of_migrations(unapplied)
        if not unapplied:
            ready = DBTaskResult.objects.ready().order_by("enqueued_at")
            oldest = ready.values_list("enqueued_at", flat=True).first()
            yield diagnosis.of_queue(oldest, ready.count(), now=now())
            for value in unsound_values():
                yield Finding("rows", Level.LOOK, str(value), "Correct it in the back office")
    except Error as error:
        first = str(error).partition("\n")[0]
        yield Finding("database", Level.STOPS, f"The database does not answer: {first}", "Check DATABASE_URL")


def of_carrier(clocks: dict[str, datetime | None]) -> Iterator[Finding]:
    """The account, the number, where its calls go, and what the carrier last reported."""
    if not (settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN):
        yield Finding(
            "carrier", Level.STOPS, "No account is configured", "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        )
        return
    with inspection.carrier() as carrier:
        yield from _of_account(carrier, clocks)


def _of_account(carrier: CarrierInspection, clocks: dict[str, datetime | None]) -> Iterator[Finding]:
    try:
        account = carrier.account()
    except ProviderError as error:
        yield diagnosis.of_error("carrier", error, setting="TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
        return
    clocks["Twilio"] = account.at
    yield diagnosis.of_account(account.value)
    if number := settings.TWILIO_FROM_NUMBER:
        inbound = public_url(reverse("twilio_inbound"))
        yield from _asked("number", lambda: diagnosis.of_number(carrier.number(number), inbound=inbound))
    since = now() - REPORTED_WITHIN
    yield from _asked("reports", lambda: [diagnosis.of_reports(carrier.reports(since=since), ours=settings.PUBLIC_URL)])


def of_models(clocks: dict[str, datetime | None]) -> Iterator[Finding]:
    """The models of our settings."""
    if not settings.OPENAI_API_KEY:
        yield Finding("models", Level.STOPS, "No key is configured: AI calls cannot talk", "Set OPENAI_API_KEY")
        return
    try:
        offered = inspection.offered_models()
    except ProviderError as error:
        yield diagnosis.of_error("models", error, setting="OPENAI_API_KEY and OPENAI_BASE_URL")
        return
    clocks["OpenAI"] = offered.at
    configured = {name: str(getattr(settings, name)) for name in MODELS}
    yield from diagnosis.of_models(offered.value, configured, today=now().date())


def of_voice(clocks: dict[str, datetime | None]) -> Iterator[Finding]:
    """The voice of our settings; without it the carrier's own speaks."""
    try:
        offered = inspection.offered_voices()
    except ProviderError as error:
        yield diagnosis.of_error(
            "voice", error, setting="AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION", level=Level.LOOK
        )
        return
    clocks["Amazon"] = offered.at
    yield diagnosis.of_voice(offered.value, voice=settings.POLLY_VOICE, engine=settings.POLLY_ENGINE)


def _asked(part: str, ask: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from ask()
    except ProviderError as error:
        yield diagnosis.of_error(part, error, setting="TWILIO_FROM_NUMBER", level=Level.LOOK)
