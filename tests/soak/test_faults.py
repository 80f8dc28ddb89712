"""The plan of a soak."""

from tests.soak.faults import AFTER_FAULT_SECONDS, FAULTS, draw


def test_a_seed_gives_the_same_run_again() -> None:
    assert draw(100, seed=1) == draw(100, seed=1)
    assert draw(100, seed=1) != draw(100, seed=2)


def test_every_fault_comes_up_in_a_run_long_enough() -> None:
    assert {plan.fault for plan in draw(len(FAULTS), seed=3)} == set(FAULTS)


def test_a_caller_stays_to_hear_what_comes_of_the_fault() -> None:
    assert all(plan.leaves >= plan.at + AFTER_FAULT_SECONDS for plan in draw(50, seed=4, only="model_killed"))
