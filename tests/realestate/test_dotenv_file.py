"""`.env` as people save it: read literally, and whatever cannot be read is told."""

from pathlib import Path

import pytest

from realestate.dotenv_file import DotenvFile, parse_dotenv, read_dotenv


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("A = b", "b"),
        ("  A=b", "b"),
        ("\tA\t=\tb\t", "b"),
        ("export A=b", "b"),
        ("export   A = b", "b"),
        ("A='b'", "b"),
        ('A="b"', "b"),
        ("A=b # why", "b"),
        ("A=b\t# why", "b"),
        ("A='b # c' # why", "b # c"),
        ("A=b#c", "b#c"),
        ("A=#b", "#b"),
        ("A= # nothing", ""),
        ("A=", ""),
        ("A=''", ""),
        ("A=$q3 ${HOME} $(id)", "$q3 ${HOME} $(id)"),
        ('A="$q3"', "$q3"),
        ("A=b=c==", "b=c=="),
        ("A=O'Brien & Sons", "O'Brien & Sons"),
        ("A=b\r", "b"),
        ("A=b c", "b c"),
        ("A=b\\n", "b\\n"),
        ("A=Müller", "Müller"),
    ],
)
def test_a_line_says_what_it_says(line: str, value: str) -> None:
    assert parse_dotenv(f"# comment\n\n{line}\nB=after\n") == DotenvFile({"A": value, "B": "after"})


@pytest.mark.parametrize(
    ("encoding", "ends"),
    [("utf-8", "\n"), ("utf-8-sig", "\n"), ("utf-8", "\r\n"), ("utf-8-sig", "\r\n"), ("utf-16", "\r\n")],
)
def test_a_file_is_read_as_any_editor_saves_it(tmp_path: Path, encoding: str, ends: str) -> None:
    (tmp_path / ".env").write_bytes(ends.join(["A=b", "C = Müller", ""]).encode(encoding))
    assert read_dotenv(tmp_path / ".env") == DotenvFile({"A": "b", "C": "Müller"})


@pytest.mark.parametrize(
    "raw", [b"A=\xff\xfe\x00", b"A=M\xfcller", "A=b".encode("utf-16-le")], ids=["binary", "latin", "utf-16 unmarked"]
)
def test_a_file_that_is_no_text_is_one_problem(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / ".env").write_bytes(raw)
    assert read_dotenv(tmp_path / ".env").problems == (".env is not a text in UTF-8; save it as one",)


def test_no_file_is_an_empty_one_and_a_folder_is_a_problem(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == DotenvFile()
    (tmp_path / ".env").mkdir()
    assert read_dotenv(tmp_path / ".env").problems == (".env cannot be read: Is a directory",)


@pytest.mark.parametrize("line", ["A", "A: b", "A b", "- A=b", "A.B=c", "1A=b", "A='b", 'A="b" c', "A='b'c", "=b"])
def test_a_line_that_cannot_be_read_is_told_by_its_number_and_not_by_its_secret(line: str) -> None:
    [problem] = parse_dotenv(f"\n\n{line}\n").problems
    named = " (A)" if line.startswith("A=") else ""
    assert problem == f".env line 3{named} cannot be read; allowed: NAME=value, a value with quotes closes them"


def test_the_last_of_two_lines_counts_and_the_name_is_told() -> None:
    assert parse_dotenv("A=1\nB=2\nA=3") == DotenvFile({"A": "3", "B": "2"}, (), ("A",))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MAX_LIVE_CALL", "MAX_LIVE_CALLS"),
        ("public_url", "PUBLIC_URL"),
        ("POSTGRES_DB", None),
        ("SECRETKEY", "SECRET_KEY"),
        ("SECRET_KEY_FILE", None),
        ("SECRET_KEYFILE", "SECRET_KEY_FILE"),
        ("POSTGRES_PASSWORD", None),
        ("PUBLIC_URL", None),
    ],
)
def test_a_name_written_wrongly_is_told_with_the_one_that_was_meant(written: str, meant: str | None) -> None:
    found = DotenvFile({written: "x"}).mistaken(["MAX_LIVE_CALLS", "PUBLIC_URL", "SECRET_KEY"])
    assert dict(found) == ({written: meant} if meant else {})
