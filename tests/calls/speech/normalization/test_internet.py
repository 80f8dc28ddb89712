"""E-mail addresses and links in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.speech.normalization import normalize
from calls.speech.normalization.internet import ADDRESSES

MARKS = {"_": "underscore", ".": "dot", "-": "dash", "+": "plus"}


@given(st.lists(st.text("abcxyz", min_size=2, max_size=6), min_size=1, max_size=4), st.sampled_from("_.-+"))
def test_every_mark_of_an_email_address_is_named(words: list[str], mark: str) -> None:
    said = normalize(f"Write to {mark.join(words)}@example.com, please.")
    assert said == f"Write to {f' {MARKS[mark]} '.join(words)} at example dot com, please."


@pytest.mark.parametrize(
    "text", ["e.g. homes", "We met.It was fine", "3.5", "at 2.30 p.m.", "Mr.Smith", "a@b", "U.S.A."]
)
def test_other_dots_and_signs_are_no_address(text: str) -> None:
    assert not re.search(ADDRESSES, text)


def test_an_address_ends_before_the_mark_of_its_sentence() -> None:
    found = re.findall(ADDRESSES, "See lakeside.com, www.x.org/a-b. Or https://y.io/q?x=1! (z@w.net)")
    assert found == ["lakeside.com", "www.x.org/a-b", "https://y.io/q?x=1", "z@w.net"]
