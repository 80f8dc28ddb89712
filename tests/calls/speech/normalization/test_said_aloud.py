"""The table of what must be said for what anybody may write, and what holds for every text."""

import re
import time
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calls.speech.normalization import normalize, readable

TABLE = tomllib.loads(Path(__file__).with_name("said_aloud.toml").read_text())
ROWS = [(kind, written, said) for kind, rows in TABLE.items() for written, said in rows.items()]
SAYABLE = re.compile(r"[\s.,?!'’\"“”‘:;()–—…-]")
LONG = 10_000  # characters of a text that is written to take long
SLOWEST_SECONDS = 3.0  # linear rules take 0.5 s at most here, quadratic ones minutes


@pytest.mark.parametrize(("kind", "written", "said"), ROWS, ids=[f"{kind}: {written}" for kind, written, _ in ROWS])
def test_what_is_written_is_said_as_a_person_would(kind: str, written: str, said: str) -> None:
    assert normalize(written) == said
    assert normalize(said) == said
    assert normalize(readable(written)) == said


def test_the_table_is_long_enough_to_stand_for_its_kinds() -> None:
    assert len(ROWS) >= 150
    assert min(len(rows) for rows in TABLE.values()) >= 10


@given(st.lists(st.sampled_from([written for _, written, _ in ROWS]) | st.text(max_size=12), max_size=4).map(" ".join))
@example("<b" * 5)
@example("a\u0301\u0301\u0301\u0301")
def test_nothing_reaches_a_voice_but_words_and_the_marks_of_a_sentence(text: str) -> None:
    said = normalize(text)
    assert [letter for letter in said if not _is_spoken(letter)] == []
    assert not re.search(r"https?:|\bwww\b", said) or not re.search(r"https?://\w|www\.\w", text)


def _is_spoken(letter: str) -> bool:
    return (
        unicodedata.category(letter)[0] in "LM"
        or bool(SAYABLE.fullmatch(letter))
        or unicodedata.category(letter) == "No"
    )


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a ",
            "1 ",
            "A",
            "<",
            "[",
            "_",
            "a@",
            "a.",
            "| ",
            "1-",
            "$1 ",
            "1/",
            "'",
            "(512",
            "\n",
            "*a ",
            "&lt;",
            "[a](",
        ),
        *("www.", "4508 DUVAL ", "- a ", "+1 ", "1.", "<b ", "```\n", "a" * 60 + "@", " ", "-"),
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (LONG // len(piece))
    began = time.perf_counter()
    normalize(text)
    assert time.perf_counter() - began < SLOWEST_SECONDS
