"""The files of last resort."""

import stat
from pathlib import Path

import pytest
from pytest_django import Settings

from calls.database import journal
from calls.database.journal import Entry


def test_what_is_kept_is_read_again_oldest_first_and_gone_when_removed() -> None:
    late, early = Entry("line", "c", {"text": "b"}, at=2.0), Entry("opt_out", "c", {"heard": "stop"}, at=1.0)
    for entry in (late, early):
        journal.append(entry)
    assert [journal.read(path) for path in journal.waiting()] == [early, late]
    journal.remove(journal.waiting()[0])
    assert [journal.read(path) for path in journal.waiting()] == [late]


def test_only_this_user_reads_what_callers_said() -> None:
    journal.append(Entry("line", "c", {"text": "secret"}))
    assert stat.S_IMODE(journal.waiting()[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.folder().stat().st_mode) == 0o700


def test_nothing_waits_where_there_was_never_a_folder() -> None:
    assert journal.waiting() == []
    with journal.taking() as mine:
        assert not mine


def test_only_one_takes_at_a_time() -> None:
    journal.append(Entry("line", "c", {}))
    with journal.taking() as mine, journal.taking() as other:
        assert (mine, other) == (True, False)
    with journal.taking() as again:
        assert again


def test_a_disk_that_takes_nothing_raises_and_leaves_nothing_half_written(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "file"
    settings.VAR_DIR.write_text("no folder")
    with pytest.raises(OSError, match=r"exists|directory"):
        journal.append(Entry("line", "c", {}))
    assert list(tmp_path.iterdir()) == [settings.VAR_DIR]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"write": "line"}', '{"a": 1}'])
def test_a_file_that_is_none_of_ours_is_told_and_set_aside(content: str) -> None:
    journal.append(Entry("line", "c", {}))
    path = journal.waiting()[0]
    path.write_text(content)
    with pytest.raises(ValueError, match=r"."):
        journal.read(path)
    journal.set_aside(path)
    assert journal.waiting() == []
    assert path.with_suffix(journal.BAD).exists()


@pytest.mark.parametrize("call", ["6f6224ce-054a-4fc1-bf7a-20fcf1e5f826", "", "not, an/id", "..\0"])
def test_a_files_name_says_which_call_it_is_about(call: str) -> None:
    journal.append(Entry("line", call, {}))
    assert [journal.call_of(path) for path in journal.waiting()] == [call]


def test_a_file_somebody_else_has_taken_is_nothing() -> None:
    journal.append(Entry("line", "c", {}))
    path = journal.waiting()[0]
    journal.remove(path)
    assert journal.read(path) is None
