"""What all vendors have in common: a tool's name fit for a request, one error."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.providers import LONGEST_TOOL_NAME, ProviderError, tool_name


@pytest.mark.parametrize(
    ("written", "name"),
    [("end_call", "end_call"), ("functions.end_call", "functions_end_call"), ("", "unnamed"), ("öl", "_l")],
)
def test_a_tools_name_is_kept_in_letters_a_request_may_repeat(written: str, name: str) -> None:
    assert tool_name(written) == name


@given(st.text())
def test_every_name_fits_the_column_and_the_request(written: str) -> None:
    assert re.fullmatch(rf"[a-zA-Z0-9_-]{{1,{LONGEST_TOOL_NAME}}}", tool_name(written))


def test_an_error_may_pass_and_its_outcome_is_known_unless_it_says_otherwise() -> None:
    error = ProviderError("busy", code="429")
    assert (error.message, str(error), error.code) == ("busy", "busy", "429")
    assert not error.permanent
    assert not error.unknown_outcome
