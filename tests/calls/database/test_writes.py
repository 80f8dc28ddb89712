"""What the database did not take is written later: once, in order, also by another process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.utils.timezone import now
from pytest_django import Settings

from calls.call_log.events import keep_event
from calls.compliance.opt_out import keep_opt_out
from calls.database import journal, writes
from calls.database.journal import Entry
from calls.database.writes import put_aside, something_waits, take_in, waiting_calls
from calls.models import Call, CallEvent, EventKind
from leads.models import Suppression
from tests.calls.outage import database_away, nothing_taken_in_by_itself
from tests.people import make_call

REPEAT = writes._Remembered.repeat
DJANGO = {"DJANGO_SETTINGS_MODULE": "realestate.settings"}
pytestmark = pytest.mark.django_db(transaction=True)
WISH = {"heard": "Stop calling me.", "reason": Suppression.Reason.VERBAL_REQUEST.value}


@pytest.fixture(autouse=True)
def _by_hand() -> Iterator[None]:
    """Nothing is taken in behind the test's back."""
    with nothing_taken_in_by_itself():
        yield


@pytest.fixture
def no_disk(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "file"
    settings.VAR_DIR.write_text("no folder")


def note(call: Call, text: str, *, at: float = 0.0) -> Entry:
    data = {"kind": EventKind.HEARD.value, "key": text, "data": {"text": text}}
    return Entry("event", str(call.pk), data, at=at or time.time())


def heard(call: Call) -> list[str]:
    return [event.data["text"] for event in CallEvent.objects.filter(call=call, kind=EventKind.HEARD)]


def test_with_the_database_there_it_is_written_at_once() -> None:
    call = make_call()
    assert keep_opt_out.keep(call.pk, **WISH)
    assert Suppression.objects.filter(phone=call.to_number).exists()
    assert not something_waits()


def test_a_wish_heard_while_the_database_is_away_is_written_when_it_is_back_and_once() -> None:
    call = make_call()
    with database_away():
        assert not keep_opt_out.keep(call.pk, **WISH)
    assert not Suppression.objects.exists()
    assert waiting_calls() == {str(call.pk)}
    path = journal.waiting()[0]
    content = path.read_text()
    assert take_in() == 1
    assert Suppression.objects.filter(phone=call.to_number).exists()
    path.write_text(content)  # the process ended before its file was gone
    Suppression.objects.all().delete()
    assert take_in() == 1
    assert not Suppression.objects.exists()
    assert CallEvent.objects.filter(call=call, kind=EventKind.WRITTEN_LATE).count() == 1
    assert not something_waits()


def test_what_comes_later_of_a_call_waits_for_what_came_first() -> None:
    call, other = make_call(), make_call()
    with database_away():
        keep_event.keep(call.pk, **note(call, "first").data)
    assert not keep_event.keep(call.pk, **note(call, "second").data)
    assert keep_event.keep(other.pk, **note(other, "at once").data)
    assert take_in() == 2
    assert heard(call) == ["first", "second"]


def test_they_are_written_in_the_order_in_which_they_came() -> None:
    call = make_call()
    for at in (3.0, 1.0, 2.0):
        journal.append(note(call, str(at), at=at))
    take_in()
    assert heard(call) == ["1.0", "2.0", "3.0"]


def test_while_the_database_is_away_nothing_is_taken_and_nothing_is_lost() -> None:
    call = make_call()
    for text in "ab":
        put_aside(note(call, text))
    with database_away():
        assert take_in() == 0
    assert len(journal.waiting()) == 2
    assert take_in() == 2


@pytest.mark.usefixtures("no_disk")
def test_where_not_even_the_disk_takes_it_the_process_remembers() -> None:
    call = make_call()
    with database_away():
        keep_opt_out.keep(call.pk, **WISH)
    assert waiting_calls() == {str(call.pk)}
    assert take_in() == 1
    assert Suppression.objects.filter(phone=call.to_number).exists()
    assert not something_waits()


@pytest.mark.usefixtures("no_disk")
def test_a_call_of_which_not_all_could_be_remembered_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "MOST_REMEMBERED", 1)
    lost, kept = make_call(), make_call()
    for call in (lost, kept):
        put_aside(note(call, "a"))
    assert waiting_calls() == {str(lost.pk), str(kept.pk)}
    take_in()
    assert heard(kept) == ["a"]
    assert [event.call_id for event in CallEvent.objects.filter(kind=EventKind.WISH_UNREAD)] == [lost.pk]
    assert not something_waits()


@pytest.mark.parametrize("data", [{"kind": "no such kind", "key": "a", "data": {}}, {"unknown": 1}, {}])
def test_what_can_never_be_written_is_set_aside_and_its_lead_held_back(data: dict[str, Any]) -> None:
    call = make_call()
    journal.append(Entry("event", str(call.pk), data, at=1.0))
    journal.append(note(call, "after it", at=2.0))
    assert take_in() == 1
    assert heard(call) == ["after it"]
    assert CallEvent.objects.filter(call=call, kind=EventKind.WISH_UNREAD).count() == 1
    assert len(list(journal.folder().glob(f"*{journal.BAD}"))) == 1


@pytest.mark.parametrize("call_id", ["", "not an id", "6f6224ce-054a-4fc1-bf7a-20fcf1e5f826"])
def test_a_file_about_no_call_of_ours_stops_nobody(call_id: str) -> None:
    call = make_call()
    journal.append(Entry("event", call_id, note(call, "x").data, at=1.0))
    journal.append(Entry("no such write", call_id, {}, at=1.5))  # of a version long gone
    journal.append(note(call, "after it", at=2.0))
    take_in()
    assert heard(call) == ["after it"]
    assert not something_waits()


def test_a_write_only_another_version_knows_waits_for_it() -> None:
    call = make_call()
    put_aside(Entry("of tomorrow", str(call.pk), {}, module="calls.tomorrow"))
    put_aside(Entry("of a stranger", str(call.pk), {}, module="os"))
    put_aside(note(call, "a"))
    assert take_in() == 1
    assert waiting_calls() == {str(call.pk)}


def test_a_process_that_never_held_a_realtime_call_knows_its_writes(tmp_path: Path) -> None:
    """The dialer takes in what a web process has left, and has loaded none of it."""
    code = (
        "import django; django.setup()\n"
        "import sys\n"
        "from calls.database.journal import Entry\n"
        "from calls.database.writes import _is_known\n"
        "import calls.management.commands.dialer\n"
        "names = [('line', 'realtime.session.recorder'), ('usage', 'realtime.session.recorder'),"
        " ('opt_out', 'calls.compliance.opt_out'), ('tool', 'calls.agent.tools.runner'),"
        " ('words', 'calls.call_log.transcript'), ('pressed_nine', 'calls.call_flows.inbound')]\n"
        "assert all(_is_known(Entry(name, '', {}, module=module)) for name, module in names)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=project.BASE_DIR, env=os.environ | DJANGO)


def test_one_process_at_a_time_takes_in() -> None:
    put_aside(note(make_call(), "a"))
    with journal.taking():
        assert take_in() == 0
    assert take_in() == 1


def test_what_one_call_needs_is_written_before_what_others_wait_for() -> None:
    calls = [make_call() for _ in range(5)]
    for call in calls:
        put_aside(note(call, "a"))
    writes.take_in_of(calls[3].pk)
    assert waiting_calls() == {str(call.pk) for call in calls if call is not calls[3]}


def test_nobody_waits_long_for_who_is_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    call = make_call()
    put_aside(note(call, "a"))
    began = time.monotonic()
    with journal.taking():
        writes.take_in_of(call.pk, seconds=0.1)
    assert 0.1 <= time.monotonic() - began < 2.0
    assert something_waits()


def test_a_long_list_is_taken_in_a_piece_at_a_time() -> None:
    call = make_call()
    for text in "abcd":
        put_aside(note(call, text))
    assert take_in(seconds=0.0) == 1
    assert take_in(seconds=5.0) == 3


def test_how_late_it_was_written_is_noted() -> None:
    call = make_call()
    journal.append(note(call, "a", at=(now() - timedelta(seconds=61)).timestamp()))
    take_in()
    late = CallEvent.objects.get(call=call, kind=EventKind.WRITTEN_LATE)
    assert late.data["write"] == "event"
    assert late.data["seconds"] >= 61


def test_a_thread_writes_it_by_itself_once_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes._Remembered, "repeat", REPEAT)
    monkeypatch.setattr(writes, "AGAIN_SECONDS", 0.02)
    call = make_call()
    put_aside(note(call, "a"))
    until = time.monotonic() + 10
    while something_waits() and time.monotonic() < until:
        time.sleep(0.02)
    assert heard(call) == ["a"]
