"""What the vendors' answers mean: each case one line, and whether it keeps calls from coming about."""

from datetime import UTC, date, datetime, timedelta

import pytest

from calls.operations import diagnosis
from calls.operations.checks import REPLACEMENTS, SHUTDOWNS
from calls.operations.diagnosis import Finding, Level, stops_calls
from calls.providers import ProviderError
from calls.providers.inspection import CarrierAccount, CarrierNumber, CarrierReport

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
OURS = "https://ringside.example"
INBOUND = f"{OURS}/webhooks/twilio/inbound"
OFFERED = frozenset({"gpt-4o-mini", "gpt-realtime-2.1", "gpt-transcribe"})


def test_one_thing_that_stops_calls_is_enough() -> None:
    good, bad = Finding("a", Level.OK, "fine"), Finding("b", Level.STOPS, "broken", "mend it")
    assert not stops_calls([good, Finding("c", Level.LOOK, "odd")])
    assert stops_calls([good, bad])
    assert bad.as_json() == {"part": "b", "level": "stops", "says": "broken", "do": "mend it"}


@pytest.mark.parametrize(
    ("code", "do"),
    [("20003", "Check TWILIO_AUTH_TOKEN"), ("unreachable", "Look at the network"), ("timeout", "Look at the network")],
)
def test_a_refusal_names_the_setting_and_silence_the_network(code: str, do: str) -> None:
    found = diagnosis.of_error("carrier", ProviderError("no", code=code), setting="TWILIO_AUTH_TOKEN")
    assert (found.level, found.says) == (Level.STOPS, f"no ({code})")
    assert found.do.startswith(do)


@pytest.mark.parametrize(
    ("status", "kind", "level"),
    [
        ("active", "Full", "ok"),
        ("active", "Trial", "look"),
        ("suspended", "Full", "stops"),
        ("closed", "Full", "stops"),
    ],
)
def test_an_account_calls_only_while_it_is_active(status: str, kind: str, level: str) -> None:
    assert diagnosis.of_account(CarrierAccount(status, kind)).level == level


@pytest.mark.parametrize(
    ("number", "levels"),
    [
        (None, ["stops"]),
        (CarrierNumber(can_call=False), ["stops"]),
        (CarrierNumber(can_call=True, verified=True), ["ok"]),
        (CarrierNumber(can_call=True, answered_by=INBOUND), ["ok", "ok"]),
        (CarrierNumber(can_call=True, answered_by="https://demo.twilio.com/welcome"), ["ok", "look"]),
        (CarrierNumber(can_call=True), ["ok", "look"]),
    ],
)
def test_a_number_must_be_ours_and_have_a_voice(number: CarrierNumber | None, levels: list[str]) -> None:
    found = list(diagnosis.of_number(number, inbound=INBOUND))
    assert [finding.level for finding in found] == levels
    assert all(finding.do for finding in found if finding.level != Level.OK)


def test_reports_are_told_where_they_are_of_our_addresses() -> None:
    def report(code: str, minutes: int, url: str = f"{OURS}/webhooks/twilio/voice/1?x=1") -> CarrierReport:
        return CarrierReport(code, "HTTP retrieval failure", url, NOW - timedelta(minutes=minutes))

    others = [report("11200", 1, "https://other.example/voice")]
    assert diagnosis.of_reports(others, ours=OURS).level is Level.OK
    found = diagnosis.of_reports([*others, report("11205", 9), report("11200", 5)], ours=OURS)
    assert found.level is Level.LOOK
    assert found.says == (
        "2 errors in the last day (11200, 11205), the last one at 2026-11-28 11:55 UTC: 11200 HTTP retrieval failure "
        "at /webhooks/twilio/voice/1"
    )
    assert found.do.endswith("/11200")


@pytest.mark.parametrize(
    ("setting", "model", "today", "level", "said"),
    [
        ("OPENAI_CHAT_MODEL", "gpt-4o-mini", date(2026, 10, 1), "ok", "offered, until 2027-01-14"),
        ("OPENAI_CHAT_MODEL", "gpt-4o-mini", date(2026, 12, 1), "look", "offered, until 2027-01-14"),
        ("OPENAI_CHAT_MODEL", "gpt-4o-mini", date(2027, 1, 15), "stops", "was to be shut down"),
        ("OPENAI_CHAT_MODEL", "gpt-9", date(2026, 10, 1), "stops", "not offered"),
        ("OPENAI_REALTIME_MODEL", "gpt-realtime", date(2026, 10, 1), "stops", "not offered"),
        ("OPENAI_REALTIME_MODEL", "gpt-realtime-2.1", date(2026, 10, 1), "ok", "no end"),
        ("OPENAI_TRANSCRIBE_MODEL", "whisper-1", date(2026, 10, 1), "look", "not offered"),
    ],
)
def test_a_model_is_offered_and_for_how_long(setting: str, model: str, today: date, level: str, said: str) -> None:
    [found] = diagnosis.of_models(OFFERED, {setting: model}, today=today)
    assert found.level == level
    assert said in found.says
    assert not found.do or setting in found.do


def test_every_model_with_an_end_has_a_successor_without_one() -> None:
    assert not any(word in SHUTDOWNS for use in REPLACEMENTS.values() for word in use.split())


@pytest.mark.parametrize(
    ("voice", "level", "do"),
    [("Joanna", "ok", ""), ("joanna", "look", "Use Joanna"), ("Marin", "look", "Use Danielle, Joanna")],
)
def test_a_voice_is_pollys(voice: str, level: str, do: str) -> None:
    found = diagnosis.of_voice(frozenset({"Joanna", "Danielle"}), voice=voice, engine="neural")
    assert (found.level, found.do) == (level, do)


@pytest.mark.parametrize(
    ("seconds", "level", "said"),
    [
        (0, "ok", "within 1 s"),
        (29, "ok", "within 29 s"),
        (-45, "look", "45 s behind"),
        (45, "look", "45 s ahead of"),
        (301, "stops", "301 s ahead of"),
        (-7200, "stops", "7200 s behind"),
    ],
)
def test_a_clock_that_is_wrong_is_told_and_one_wrong_vendor_is_not_believed(
    seconds: int, level: str, said: str
) -> None:
    at = NOW - timedelta(seconds=seconds)
    found = diagnosis.of_clock({"a": at, "b": at, "c": NOW - timedelta(days=400), "d": None}, ours=NOW)
    if seconds >= 0:
        found = diagnosis.of_clock({"a": at, "b": at, "c": NOW + timedelta(days=400)}, ours=NOW)
    assert found.level == level
    assert said in found.says


def test_vendors_without_a_clock_say_so() -> None:
    assert diagnosis.of_clock({"a": None}, ours=NOW).level is Level.LOOK


def test_a_database_must_be_migrated() -> None:
    assert diagnosis.of_migrations(0).level is Level.OK
    assert diagnosis.of_migrations(3).do == "manage.py migrate"


@pytest.mark.parametrize(
    ("seconds", "level", "said"),
    [(None, "ok", "No task"), (5, "ok", "for 5 s"), (600, "look", "for 10 min"), (90_000, "look", "for 25 h")],
)
def test_a_queue_that_nobody_works_on_is_told(seconds: int | None, level: str, said: str) -> None:
    oldest = None if seconds is None else NOW - timedelta(seconds=seconds)
    found = diagnosis.of_queue(oldest, 7, now=NOW)
    assert found.level == level
    assert said in found.says
