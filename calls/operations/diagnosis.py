"""What the answers of the vendors and of our own address mean, for `manage.py doctor`: a line each, with what to do.

Pure: whoever gathers the answers passes them in, with the time of day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from calls.operations.checks import REPLACEMENTS, SHUTDOWNS
from calls.providers import ProviderError
from calls.providers.inspection import CarrierAccount, CarrierNumber, CarrierReport

CLOCK_NOTED, CLOCK_BREAKS = timedelta(seconds=30), timedelta(minutes=5)  # the latter is what AWS's signatures allow
SHUTDOWN_SOON = timedelta(days=60)
QUEUE_IS_OLD = timedelta(seconds=60)
REPORTS_SHOWN = 3


class Level(StrEnum):
    """How much it matters."""

    OK = "ok"
    LOOK = "look"  # calls go on, but something is not as it should be
    STOPS = "stops"  # no call, or no call of some type, comes about


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: which part, how much it matters, what is so, and what to do about it."""

    part: str
    level: Level
    says: str
    do: str = ""

    def as_json(self) -> dict[str, str]:
        """The line as JSON."""
        return asdict(self)


def stops_calls(findings: Iterable[Finding]) -> bool:
    """Whether one of them keeps calls from coming about."""
    return any(finding.level is Level.STOPS for finding in findings)


def of_error(part: str, error: ProviderError, *, setting: str, level: Level = Level.STOPS) -> Finding:
    """What a vendor's refusal or silence means."""
    says = f"{error.message} ({error.code})" if error.code and error.code not in error.message else error.message
    if error.code in ("unreachable", "no_answer", "timeout"):
        return Finding(part, level, says, "Look at the network, the proxy and the vendor's status page")
    return Finding(part, level, says, f"Check {setting}")


def of_account(account: CarrierAccount) -> Finding:
    """Whether the carrier's account may call."""
    if account.status != "active":
        return Finding("carrier", Level.STOPS, f"The account is {account.status}", "Reactivate it in Twilio's console")
    if account.type.lower() == "trial":
        return Finding(
            "carrier",
            Level.LOOK,
            "A trial account: it calls verified numbers only, after a message of Twilio's",
            "Upgrade it in Twilio's console",
        )
    return Finding("carrier", Level.OK, "Twilio knows the account, which is active")


def of_number(number: CarrierNumber | None, *, inbound: str) -> Iterator[Finding]:
    """Whether our number may call, and whether calls to it come to us."""
    if number is None:
        yield Finding(
            "number",
            Level.STOPS,
            "TWILIO_FROM_NUMBER is neither a number of the account nor a verified caller id",
            "Buy or verify it in Twilio's console, or name one of yours",
        )
        return
    if not number.can_call:
        yield Finding("number", Level.STOPS, "The number has no voice", "Take a number with the capability voice")
        return
    if number.verified:
        yield Finding("number", Level.OK, "A verified caller id: it may call; calls back do not come here")
        return
    yield Finding("number", Level.OK, "The account owns the number, which may call")
    yield _of_inbound(number.answered_by, inbound)


def _of_inbound(answered_by: str, inbound: str) -> Finding:
    if answered_by == inbound:
        return Finding("inbound", Level.OK, f"Calls to the number are sent to {inbound}")
    instead = f"go to {answered_by}" if answered_by else "are sent nowhere"
    return Finding("inbound", Level.LOOK, f"Calls to the number {instead}", f"Set its voice URL to {inbound}")


def of_reports(reports: Iterable[CarrierReport], *, ours: str) -> Finding:
    """What the carrier last complained of about our addresses."""
    mine = [report for report in reports if report.url.startswith(ours)]
    if not mine:
        return Finding("reports", Level.OK, "The carrier reported no error of our addresses in the last day")
    newest = max(mine, key=lambda report: report.at.timestamp() if report.at else 0)
    path = newest.url.removeprefix(ours).split("?")[0]
    at = f" at {newest.at:%Y-%m-%d %H:%M} UTC" if newest.at else ""
    codes = ", ".join(sorted({report.code for report in mine}))
    return Finding(
        "reports",
        Level.LOOK,
        f"{len(mine)} errors in the last day ({codes}), the last one{at}: {newest.code} {newest.text[:120]} at {path}",
        f"https://www.twilio.com/docs/errors/{newest.code}",
    )


def of_models(offered: frozenset[str], configured: Mapping[str, str], *, today: date) -> Iterator[Finding]:
    """Whether OpenAI still offers the models of each of our settings, and for how long."""
    for setting, model in configured.items():
        part = {"OPENAI_CHAT_MODEL": "chat", "OPENAI_REALTIME_MODEL": "realtime"}.get(setting, "transcription")
        serious = Level.LOOK if part == "transcription" else Level.STOPS
        use, last = f"Use {REPLACEMENTS[setting]} for {setting}", SHUTDOWNS.get(model)
        if model not in offered:
            yield Finding(part, serious, f"{model} is not offered to this key", use)
        elif last is not None and last < today:
            yield Finding(part, serious, f"{model} was to be shut down on {last:%Y-%m-%d}", use)
        elif last is not None:
            level = Level.LOOK if last - today <= SHUTDOWN_SOON else Level.OK
            yield Finding(part, level, f"{model} is offered, until {last:%Y-%m-%d}", use)
        else:
            yield Finding(part, Level.OK, f"{model} is offered; no end of it is announced")


def of_voice(offered: frozenset[str], *, voice: str, engine: str) -> Finding:
    """Whether Polly has our voice with our engine."""
    if voice in offered:
        return Finding("voice", Level.OK, f"Polly offers {voice} with the engine {engine}")
    meant = next((name for name in offered if name.lower() == voice.lower()), "")
    use = meant or ", ".join(sorted(offered)[:6]) or "another POLLY_ENGINE"
    return Finding(
        "voice",
        Level.LOOK,
        f"Polly has no {voice} with the engine {engine}: the carrier's own voice speaks",
        f"Use {use}",
    )


def of_clock(vendors: Mapping[str, datetime | None], *, ours: datetime) -> Finding:
    """Whether our clock agrees with the vendors'; the median of them, in case one of those is wrong."""
    apart = sorted(ours - at for at in vendors.values() if at is not None)
    if not apart:
        return Finding("clock", Level.LOOK, "No vendor said what time it is")
    skew = apart[len(apart) // 2]
    seconds = abs(skew.total_seconds())
    side = "ahead of" if skew > timedelta(0) else "behind"
    if abs(skew) < CLOCK_NOTED:
        return Finding("clock", Level.OK, f"This machine's clock is within {max(1, round(seconds))} s of the vendors'")
    level = Level.LOOK if abs(skew) < CLOCK_BREAKS else Level.STOPS
    return Finding("clock", level, f"This machine's clock is {seconds:.0f} s {side} the vendors'", "Let NTP set it")


def of_migrations(unapplied: int) -> Finding:
    """Whether the database has the shape this version needs."""
    if unapplied:
        return Finding("database", Level.STOPS, f"{unapplied} migrations are not applied", "manage.py migrate")
    return Finding("database", Level.OK, "The database answers, and every migration is applied")


def of_queue(oldest: datetime | None, waiting: int, *, now: datetime) -> Finding:
    """Whether somebody works on what is queued: recordings, openings, transcripts."""
    if oldest is None:
        return Finding("queue", Level.OK, "No task waits")
    age = now - oldest
    if age < QUEUE_IS_OLD:
        return Finding("queue", Level.OK, f"{waiting} tasks wait, the oldest for {age.total_seconds():.0f} s")
    return Finding(
        "queue",
        Level.LOOK,
        f"{waiting} tasks wait, the oldest for {_long(age)}: recordings are not fetched, openings not rendered",
        "Start manage.py db_worker",
    )


def _long(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
