"""A line whose database is away: held in words, heard all the same, and answered when it is back."""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from calls.carrier import held_line
from calls.database import held_forms, journal
from calls.database.writes import something_waits, take_in
from calls.models import Call, CallType, EventKind, Turn
from leads.models import Activity, Suppression
from tests.calls.answers import said, tags, verbs
from tests.calls.carrier_stub import Carrier, sign
from tests.calls.outage import database_away, nothing_taken_in_by_itself
from tests.calls.vendors import Vendors
from tests.people import make_call

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch, carrier: Carrier) -> Iterator[None]:
    """No try is made again within a request, and nothing is taken in behind the test's back."""
    monkeypatch.setattr(held_line, "TRIES_EVERY", 9.0)
    with nothing_taken_in_by_itself():
        yield


@pytest.fixture
def call() -> Call:
    return make_call(type=CallType.CONVERSATIONAL)


def post(client: Client, address: str, call: Call, **form: str) -> Any:
    form = {"CallSid": str(call.twilio_sid), "CallStatus": "in-progress"} | form
    path = address.removeprefix(project.PUBLIC_URL)
    return client.post(path, form, headers={"X-Twilio-Signature": sign(project.PUBLIC_URL + path, form)})


def hook(client: Client, name: str, call: Call, *args: Any, **form: str) -> Any:
    return post(client, reverse(name, args=[call.pk, *args]), call, **form)


def again(answer: Any) -> str:
    """Where the carrier is sent by a line that is held."""
    document = verbs(answer)
    gather, redirect = document.find("Gather"), document.find("Redirect")
    address = gather.get("action") if gather is not None else redirect.text if redirect is not None else None
    assert address
    address, fragment = urldefrag(address)
    assert fragment == "rc=2&rp=ct,rt,5xx"
    return address


def lines(call: Call) -> list[str]:
    return list(Turn.objects.filter(call=call, speaker=Turn.Speaker.LEAD).values_list("text", flat=True))


def test_a_caller_is_told_to_wait_and_listened_to_and_the_carrier_comes_back_here(client: Client, call: Call) -> None:
    with database_away():
        answer = hook(client, "twilio_gather", call, 1, SpeechResult="I want a garden.")
    assert tags(answer) == ["Gather"]
    assert said(answer) == "One moment, please."
    assert urlsplit(again(answer)).path == reverse("twilio_gather", args=[call.pk, 1])


def test_what_was_said_is_answered_as_if_nothing_had_been_once_the_database_is_back(
    client: Client, call: Call, vendors: Vendors
) -> None:
    with database_away():
        first = hook(client, "twilio_gather", call, 1, SpeechResult="I want a garden.", Confidence="0.9")
        second = post(client, again(first), call, SpeechResult="And a pool.", Confidence="0.8")
        third = post(client, again(second), call)
    answer = post(client, again(third), call)
    assert lines(call) == ["I want a garden. And a pool."]
    assert vendors.chats[0]["messages"][-1]["content"] == "I want a garden. And a pool."
    assert tags(answer) in (["Gather"], ["Play", "Redirect"])
    assert held_forms.find(reverse("twilio_gather", args=[call.pk, 1])) == {}
    assert not something_waits()


def test_a_caller_who_hangs_up_while_the_line_is_held_has_said_what_they_said(client: Client, call: Call) -> None:
    with database_away():
        hook(client, "twilio_gather", call, 1, SpeechResult="I want a garden.")
    take_in()
    assert lines(call) == ["I want a garden."]


@pytest.mark.parametrize("form", [{"SpeechResult": "Please stop calling me."}, {"Digits": "9"}])
@pytest.mark.parametrize("name", ["twilio_gather", "twilio_continue", "twilio_gather_more"])
def test_a_wish_not_to_be_called_needs_no_database(client: Client, call: Call, name: str, form: dict[str, str]) -> None:
    args = {"twilio_gather": [3], "twilio_continue": [], "twilio_gather_more": [3, 1, 0]}[name]
    with database_away():
        answer = hook(client, name, call, *args, **form)
    assert tags(answer) == ["Say", "Hangup"]
    assert said(answer) == "Understood. We won't call you again. Goodbye."
    take_in()
    assert Suppression.objects.filter(phone=call.to_number).exists()
    assert call.events.filter(kind=EventKind.OPT_OUT).count() == 1
    assert len(lines(call)) == 1
    assert Activity.objects.filter(lead=call.lead, kind=Activity.Kind.OPT_OUT).count() == 1


def test_a_wish_spoken_into_the_wait_is_heard(client: Client, call: Call) -> None:
    with database_away():
        first = hook(client, "twilio_gather", call, 1, SpeechResult="I want a garden.")
        answer = post(client, again(first), call, SpeechResult="Stop calling me!")
    assert tags(answer) == ["Say", "Hangup"]
    take_in()
    assert Suppression.objects.filter(phone=call.to_number).exists()
    assert lines(call) == ["I want a garden. Stop calling me!"]


@pytest.mark.parametrize("name", ["twilio_gather", "twilio_continue", "twilio_gather_more"])
def test_a_wish_spoken_into_the_wait_counts_also_when_the_database_is_back_by_then(
    client: Client, call: Call, name: str
) -> None:
    args = {"twilio_gather": [3], "twilio_continue": [], "twilio_gather_more": [3, 1, 0]}[name]
    with database_away():
        answer = hook(client, name, call, *args)
    answer = post(client, again(answer), call, SpeechResult="Please stop calling me.")
    assert tags(answer) == ["Say", "Hangup"]
    assert Suppression.objects.filter(phone=call.to_number).exists()
    assert lines(call) == ["Please stop calling me."]


def test_what_is_said_in_two_outages_is_two_lines(client: Client, call: Call) -> None:
    for words in ("Are you there?", "Hello again?"):
        with database_away():
            answer = hook(client, "twilio_continue", call)
            post(client, again(answer), call, SpeechResult=words)
    take_in()
    assert lines(call) == ["Are you there?", "Hello again?"]


def test_a_held_line_of_a_call_nobody_knows_ends_politely(client: Client, call: Call) -> None:
    path = f"{reverse('twilio_continue', args=[uuid.uuid4()])}?held=1"
    assert tags(post(client, path, call, SpeechResult="Hello?")) == ["Say", "Hangup"]


def test_whoever_waited_for_half_a_minute_gets_a_promise_and_it_is_kept(client: Client, call: Call) -> None:
    with database_away():
        answer = hook(client, "twilio_continue", call)
        for _ in range(held_line.MOST_ROUNDS):
            assert tags(answer) == ["Gather"]
            answer = post(client, again(answer), call)
    assert tags(answer) == ["Say", "Hangup"]
    assert "call you back" in said(answer)
    take_in()
    assert Activity.objects.filter(lead=call.lead, kind=Activity.Kind.TASK).count() == 1
    assert call.events.filter(kind=EventKind.CALL_BACK_PROMISED).count() == 1


def test_who_picks_up_is_told_who_calls(client: Client) -> None:
    call = make_call(type=CallType.CONVERSATIONAL, status="ringing", answered_at=None)
    with database_away():
        answer = hook(client, "twilio_voice", call)
    assert tags(answer) == ["Say", "Pause", "Redirect"]
    assert said(answer) == f"This is {project.BROKERAGE_NAME}. One moment, please."
    with database_away():
        assert project.BROKERAGE_NAME not in said(post(client, again(answer), call))


def test_a_key_of_the_staffs_is_no_wish_and_is_kept_for_the_next_time(client: Client, lead: Any) -> None:
    call = make_call(lead, type=CallType.REGULAR, status="ringing", answered_at=None, placed_by=lead.owner)
    with database_away():
        answer = hook(client, "twilio_bridge", call, 1, Digits="1")
    assert tags(answer) == ["Say", "Pause", "Redirect"]
    assert tags(post(client, again(answer), call)) == ["Dial"]
    take_in()
    assert not Suppression.objects.exists()


def test_a_word_that_waits_is_written_before_the_next_answer_is_made(client: Client, call: Call) -> None:
    """A call that was opted out of while the database was away is not talked on with when it is back."""
    with database_away():
        hook(client, "twilio_continue", call, SpeechResult="Take me off your list.")
    assert tags(hook(client, "twilio_continue", call)) == ["Hangup"]


def test_a_short_outage_is_waited_out_within_the_request(
    client: Client, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_line, "TRIES_EVERY", 0.01)
    outages = iter([True, True, False])

    def sometimes() -> str:
        if next(outages):
            with database_away():
                return str(Call.objects.count())
        return "there"

    assert held_line.patiently(sometimes, call_id=call.pk) == "there"


@pytest.mark.parametrize("held", ["x", "-1", "999", "1e3", ""])
def test_an_odd_count_of_rounds_is_none(client: Client, call: Call, held: str) -> None:
    path = f"{reverse('twilio_gather', args=[call.pk, 1])}?held={held}"
    with database_away():
        assert tags(post(client, path, call, SpeechResult="Hello.")) == ["Gather"]


def test_where_the_disk_is_full_too_the_wish_is_honored_all_the_same(
    client: Client, call: Call, settings: Any, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path / "file"
    settings.VAR_DIR.write_text("no folder")
    with database_away():
        first = hook(client, "twilio_gather", call, 1, SpeechResult="I want a garden.")
        answer = post(client, again(first), call, SpeechResult="Stop calling me.")
    assert tags(answer) == ["Say", "Hangup"]
    take_in()
    assert Suppression.objects.filter(phone=call.to_number).exists()
    assert lines(call) == ["I want a garden. Stop calling me."]


def test_nothing_of_a_callers_words_is_left_behind_on_disk(client: Client, call: Call, vendors: Vendors) -> None:
    began = now()
    with database_away():
        answer = hook(client, "twilio_gather", call, 1, SpeechResult="My secret number.")
    post(client, again(answer), call)
    assert [path for path in journal.folder().iterdir() if "secret" in path.read_text()] == []
    assert Turn.objects.get(call=call, speaker="lead").created_at >= began
