"""What a storm has in store for its calls."""

import random
from collections import Counter

from tests.storm.script import BOOKS_IN_TURN, LAST_TURN
from tests.storm.weather import LATE_SECONDS, Fate, Order, callback, delivery, draw, reported_after_the_end, turns_of

EVENTS = ["initiated", "ringing", "answered"]


def test_the_same_seed_brings_the_same_storm() -> None:
    assert draw(50, seed=3) == draw(50, seed=3)
    assert draw(50, seed=3) != draw(50, seed=4)


def test_every_caller_stays_until_something_is_booked_and_most_to_the_end() -> None:
    turns = Counter(turns_of(plan) for plan in draw(200, seed=1))
    assert min(turns) == BOOKS_IN_TURN
    assert turns[LAST_TURN] > 100


def test_every_fate_and_every_order_comes_up() -> None:
    dice = random.Random(1)
    drawn = [delivery(dice) for _ in range(200)]
    assert {one.fate for one in drawn} == set(Fate)
    assert all(0 <= one.seconds <= LATE_SECONDS for one in drawn)
    assert {plan.order for plan in draw(200, seed=1)} == set(Order)


def test_a_callback_has_no_turn_to_come_again_in() -> None:
    dice = random.Random(1)
    assert Fate.AGAIN_NEXT_TURN not in {callback(dice).fate for _ in range(200)}


def test_what_is_held_back_comes_after_the_end_the_last_one_first() -> None:
    assert reported_after_the_end(Order.AS_SENT, EVENTS) == []
    assert reported_after_the_end(Order.ANSWERED_LAST, EVENTS) == ["answered"]
    assert reported_after_the_end(Order.BACKWARDS, EVENTS) == ["answered", "ringing", "initiated"]
