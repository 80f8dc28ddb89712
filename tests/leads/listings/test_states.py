"""Two letters for what somebody called a state."""

import pytest

from leads.listings.states import STATES, state_code


@pytest.mark.parametrize(
    ("said", "code"),
    [("Texas", "TX"), ("TX", "TX"), ("tx", "TX"), ("Tex.", "TX"), ("T.X.", "TX"), (" new  york ", "NY"),
     ("Quebec", "QC"), ("New", "New"), ("Atlantis", "Atlantis"), ("", ""), ("Virginia", "VA"), ("D.C.", "DC")],
)  # fmt: skip
def test_a_state_is_two_letters(said: str, code: str) -> None:
    assert state_code(said) == code


def test_every_state_has_letters_of_its_own() -> None:
    assert all(state_code(name) == code == state_code(code) for name, code in STATES.items())
