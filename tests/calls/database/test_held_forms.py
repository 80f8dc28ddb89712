"""Forms that wait for the carrier to come again."""

import os
import stat
from pathlib import Path

import pytest
from pytest_django import Settings

from calls.database import held_forms, journal

FORM = {"SpeechResult": ["Hello."], "Twice": ["a", "b"]}


def test_a_form_is_found_until_it_is_dropped_by_its_address_alone() -> None:
    held_forms.keep("/webhooks/twilio/gather/1/2", FORM)
    assert held_forms.find("/webhooks/twilio/gather/1/2") == FORM
    assert held_forms.find("/webhooks/twilio/gather/1/3") == {}
    held_forms.drop("/webhooks/twilio/gather/1/2")
    assert held_forms.find("/webhooks/twilio/gather/1/2") == {}


def test_only_this_user_reads_it() -> None:
    held_forms.keep("/a", FORM)
    assert [stat.S_IMODE(path.stat().st_mode) for path in journal.folder().glob("*.form")] == [0o600]


def test_what_nobody_came_back_for_is_deleted_after_a_while() -> None:
    for address in ("/old", "/new"):
        held_forms.keep(address, FORM)
    old = held_forms._path("/old")
    os.utime(old, (0, 0))
    assert held_forms.drop_old() == 1
    assert (held_forms.find("/old"), held_forms.find("/new")) == ({}, FORM)


def test_where_the_disk_takes_nothing_the_process_remembers(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "file"
    settings.VAR_DIR.write_text("no folder")
    held_forms.keep("/a", FORM)
    assert held_forms.find("/a") == FORM
    held_forms.drop("/a")
    assert held_forms.find("/a") == {}


@pytest.mark.parametrize("content", ["", "{", "\xff"])
def test_a_broken_file_is_no_form(content: str) -> None:
    held_forms.keep("/a", FORM)
    held_forms._path("/a").write_text(content)
    assert held_forms.find("/a") == {}
