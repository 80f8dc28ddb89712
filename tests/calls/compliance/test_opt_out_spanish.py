"""The Spanish of an opt-out: clear, to be asked about, and neither."""

import pytest

from calls.compliance.opt_out_spanish import ASKS_IN_SPANISH, MAY_ASK_IN_SPANISH


@pytest.mark.parametrize(
    "said", ["no me llame mas", "dejen de llamarme", "quiteme de su lista", "no quiero mas llamadas"]
)
def test_a_wish_is_clear(said: str) -> None:
    assert ASKS_IN_SPANISH.search(said)


@pytest.mark.parametrize("said", ["pare un momento", "espere pare una pregunta", "por que siguen llamando"])
def test_what_may_be_one_is_asked_about(said: str) -> None:
    assert MAY_ASK_IN_SPANISH.search(said)
    assert not ASKS_IN_SPANISH.search(said)


@pytest.mark.parametrize("said", ["no me llame antes de las cinco", "no me llamo maria", "llameme manana", "mas tarde"])
def test_the_hour_and_the_name_are_neither(said: str) -> None:
    assert not ASKS_IN_SPANISH.search(said)
    assert not MAY_ASK_IN_SPANISH.search(said)
