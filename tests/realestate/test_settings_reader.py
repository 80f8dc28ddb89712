"""The reader of all settings: literal, trimmed, empty means default, and every wrong value told at once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realestate import setting_kinds as kinds
from realestate.dotenv_file import DotenvFile, parse_dotenv
from realestate.settings_reader import SettingsReader, WrongSettings, said

TEXT = kinds.text(100)
HERE = Path("/nowhere")


def reader(environ: dict[str, str] | None = None, dotenv: str = "", base_dir: Path = HERE) -> SettingsReader:
    return SettingsReader(environ or {}, parse_dotenv(dotenv), base_dir=base_dir)


def problems(env: SettingsReader) -> list[str]:
    with pytest.raises(WrongSettings) as wrong:
        env.finish()
    assert str(wrong.value.code) == "\n".join(wrong.value.problems)
    return wrong.value.problems


@pytest.mark.parametrize("empty", ["", " ", "\t", '""', "''", "\ufeff", "\u00a0"])
def test_empty_means_the_default(empty: str) -> None:
    env = reader({"A": empty, "B": empty, "C": empty})
    assert env.read("A", kinds.whole(0, 9), default=5) == 5
    assert env.read("B", kinds.flag(), default=True) is True
    assert env.read("C", TEXT, default="x") == "x"
    assert not env.is_said("A")
    env.finish()


@pytest.mark.parametrize("written", [" 7", "7 ", "\t7\r\n", '"7"', "'7'", "\ufeff7", "7\u200b", "\u00a07\u00a0"])
def test_a_value_is_trimmed_and_loses_its_quotes(written: str) -> None:
    assert reader({"A": written}).read("A", kinds.whole(0, 9), default=5) == 7


@given(st.text("$qart{}()`\\%#A_!~", min_size=1))
def test_nothing_is_interpolated(text: str) -> None:
    assert reader({"K": text, "q": "other", "A": "other"}).read("K", kinds.secret(), default="") == text


def test_the_environment_hides_what_stands_in_the_file_also_when_it_is_empty() -> None:
    env = reader({"A": "1", "B": ""}, "A=2\nB=2\nC=2")
    assert [env.read(name, kinds.whole(0, 9), default=5) for name in "ABC"] == [1, 5, 2]


@pytest.mark.parametrize("content", ["s3cret", "s3cret\n", "s3cret\r\n", "  s3cret  \n\n", "\ufeffs3cret\n"])
@pytest.mark.parametrize("where", ["environment", "dotenv"])
def test_a_secret_from_a_file_loses_its_line_end(tmp_path: Path, content: str, where: str) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content.encode())
    env = reader({"K_FILE": str(path), "K": ""}) if where == "environment" else reader({}, f"K_FILE = {path}")
    assert env.read("K", kinds.secret(), default="") == "s3cret"
    env.finish()


def test_a_secret_in_a_file_keeps_its_quotes_and_dollars(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('"$q\'"\n')
    assert reader({"K_FILE": "secret"}, base_dir=tmp_path).read("K", kinds.secret(), default="") == '"$q\'"'


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (None, "No such file or directory"),
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\xff\x00", "not a text in UTF-8"),
    ],
)
def test_a_file_without_a_value_is_a_problem_of_one_line(tmp_path: Path, raw: bytes | None, said: str) -> None:
    path = tmp_path / "secret"
    if raw is not None:
        path.write_bytes(raw)
    env = reader({"K_FILE": str(path)})
    assert env.read("K", kinds.secret(), default="d") == "d"
    assert problems(env) == [f"K_FILE holds {str(path)!r}; allowed: a file with the value of K ({said})"]


def test_a_secret_under_the_name_of_a_file_is_not_shown() -> None:
    env = reader({"K_FILE": "s3cret"})
    env.read("K", kinds.secret(), default="")
    assert "s3cret" not in problems(env)[0]


def test_a_value_and_its_file_side_by_side_are_a_contradiction(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    env = reader({"A": "1", "A_FILE": str(tmp_path / "a")})
    env.read("A", kinds.whole(0, 9), default=5)
    assert problems(env) == ["A and A_FILE are both set in the environment; keep one of them"]
    layered = reader({"A": "1"}, f"A_FILE={tmp_path / 'a'}")
    assert layered.read("A", kinds.whole(0, 9), default=5) == 1
    layered.finish()


def test_every_wrong_value_is_one_line_and_all_come_at_once() -> None:
    env = reader({"A": "10s", "B": "l1\nl2", "T": "to ken"}, "C\nD=9999")
    env.read("A", kinds.whole(0, 9, "seconds"), default=5)
    env.read("B", TEXT, default="")
    env.read("T", kinds.secret(), default="")
    env.read("D", kinds.whole(0, 9), default=5)
    found = problems(env)
    assert found[1:] == [
        "A holds '10s' (from the environment); allowed: a whole number of seconds (without the unit) from 0 to 9",
        "B holds 'l1\\nl2' (from the environment); allowed: one line of at most 100 printable characters",
        "T holds a secret of 6 characters (from the environment); allowed: one word of ASCII letters, digits and "
        "signs, with no blank in it",
        "D holds '9999' (from .env); allowed: a whole number from 0 to 9",
    ]
    assert found[0].startswith(".env line 1 cannot be read")
    assert not any("\n" in line for line in found)


def test_what_is_shown_is_short_and_holds_no_password() -> None:
    env = reader({"A": "x" * 5000, "U": "https://u:s3cret@h.example/"})
    env.read("A", kinds.whole(0, 9), default=5)
    env.read("U", kinds.public_url(), default="")
    found = problems(env)
    assert len(found[0]) < 200
    assert "s3cret" not in found[1]
    assert "***@h.example" in found[1]


def test_what_was_probably_not_meant_is_noted() -> None:
    env = SettingsReader({}, DotenvFile({"MAX_LIVE_CALL": "5"}, repeated=("A",)), base_dir=HERE)
    env.read("MAX_LIVE_CALLS", kinds.whole(1, 9), default=2)
    assert env.notes() == [
        ".env holds A more than once; the last one counts",
        ".env holds MAX_LIVE_CALL, which no setting is named; did you mean MAX_LIVE_CALLS?",
    ]


def test_what_is_for_other_programs_is_passed_on() -> None:
    env = reader({}, "A=1\nHTTPS_PROXY=http://p\nB_FILE=/x\nHOME=/other")
    env.read("A", TEXT, default="")
    env.read("B", TEXT, default="")
    environ = {"HOME": "/mine"}
    env.pass_on(environ)
    assert environ == {"HOME": "/mine", "HTTPS_PROXY": "http://p"}


def test_a_script_is_told_a_setting_whatever_else_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    (tmp_path / ".env").write_text("nonsense\n  export PUBLIC_URL = http://x # here\n")
    assert said("PUBLIC_URL", tmp_path) == "http://x"
    assert said("NO_SUCH_SETTING", tmp_path) == ""
