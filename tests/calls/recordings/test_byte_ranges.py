"""Byte ranges of a stored file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.recordings.byte_ranges import UnsatisfiableRange, byte_range


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-", (0, 999)),
        ("bytes=0-0", (0, 0)),
        ("bytes=100-199", (100, 199)),
        ("bytes=900-5000", (900, 999)),
        ("bytes=-100", (900, 999)),
        ("bytes=-5000", (0, 999)),
        (" bytes=0-9 ", (0, 9)),
        ("bytes=0-" + "9" * 5000, (0, 999)),
        ("bytes=-" + "9" * 5000, (0, 999)),
        ("bytes=" + "0" * 5000 + "-" + "0" * 5000, (0, 0)),
    ],
)
def test_a_range_names_its_first_and_last_byte(header: str, wanted: tuple[int, int]) -> None:
    assert byte_range(header, 1000) == wanted


@pytest.mark.parametrize(
    "header", ["", "bytes=-", "bytes=9-3", "bytes=0-1,5-6", "seconds=0-1", "bytes=a-b", "bytes=1", "bytes=٣-٤"]
)
def test_what_is_no_single_range_asks_for_the_whole_file(header: str) -> None:
    assert byte_range(header, 1000) is None


@pytest.mark.parametrize(
    ("header", "size"),
    [
        ("bytes=1000-", 1000),
        ("bytes=" + "9" * 5000 + "-", 1000),
        ("bytes=-0", 1000),
        ("bytes=-000", 1000),
        ("bytes=0-", 0),
        ("bytes=-5", 0),
    ],
)
def test_a_range_the_file_does_not_have_cannot_be_satisfied(header: str, size: int) -> None:
    with pytest.raises(UnsatisfiableRange):
        byte_range(header, size)


@given(header=st.from_regex(r"bytes=[0-9]{0,40}-[0-9]{0,40}", fullmatch=True), size=st.integers(0, 100_000))
def test_a_served_range_lies_within_the_file(header: str, size: int) -> None:
    try:
        found = byte_range(header, size)
    except UnsatisfiableRange:
        return
    if found:
        assert 0 <= found[0] <= found[1] < size
