"""The 25 failure modes."""

from sandbox.faults.failure_modes import MODES


def test_each_is_named_once_in_the_callers_words():
    assert len({mode.symptom for mode in MODES.values()}) == 25
