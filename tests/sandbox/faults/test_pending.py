"""When a requested fault strikes, and what cannot be requested."""

from typing import Any

import pytest

from sandbox.faults import Faults


def test_a_fault_strikes_once_and_not_before_its_second():
    waiting = Faults()
    waiting.add("realtime.drop", at=5.0)
    assert waiting.take("realtime.drop", elapsed=4.9) is None
    assert waiting.take("realtime.drop", elapsed=5.0) is not None
    assert waiting.take("realtime.drop", elapsed=6.0) is None
    assert waiting.struck == {"realtime.drop": 1}


def test_where_there_is_no_clock_the_second_counts_from_the_asking():
    waiting = Faults()
    waiting.add("polly.error", at=3600.0)
    waiting.add("polly.throttle")
    assert waiting.take("polly.error") is None
    assert waiting.take("polly.throttle") is not None


def test_a_fault_for_one_call_leaves_the_others_alone():
    waiting = Faults()
    waiting.add("stream.drop", call="CA1", times=2)
    assert waiting.take("stream.drop", elapsed=0.0, call="CA2") is None
    assert waiting.take("stream.drop", elapsed=0.0, call="CA1") is not None
    assert [fault.times for fault in waiting.pending()] == [1]


def test_an_address_is_known_by_its_end_and_a_model_by_its_beginning():
    waiting = Faults()
    waiting.add("webhook.dead", url="/voice")
    waiting.add("chat.slow", model="gpt-4o")
    assert waiting.take("webhook.dead", url="http://app/turn") is None
    assert waiting.take("webhook.dead", url="http://app/voice") is not None
    assert waiting.take("chat.slow", model="gpt-6-luna") is None
    assert waiting.take("chat.slow", model="gpt-4o-mini-2024-07-18") is not None


def test_a_fault_of_no_probability_never_strikes():
    waiting = Faults(seed=7)
    waiting.add("polly.error", probability=0.0)
    assert all(waiting.take("polly.error") is None for _ in range(50))


def strikes(seed: int, *, disturbed: bool = False) -> list[bool]:
    waiting = Faults(seed=seed)
    waiting.add("polly.error", probability=0.5, times=1000)
    waiting.add("polly.slow", probability=0.5, times=1000)
    found = []
    for _ in range(200):
        found.append(waiting.take("polly.error") is not None)
        if disturbed:
            waiting.take("polly.slow")
    return found


def test_half_the_tries_strike_at_even_odds_and_a_seed_repeats_them():
    assert 60 < sum(strikes(1)) < 140
    assert strikes(1) == strikes(1) != strikes(2)


def test_what_other_faults_do_changes_nothing_for_one():
    assert strikes(1) == strikes(1, disturbed=True)


def test_a_stream_asked_about_at_every_frame_throws_its_dice_once():
    waiting = Faults(seed=3)
    waiting.add("stream.drop", probability=0.5, times=1000)
    streams = [
        [waiting.take("stream.drop", elapsed=1.0, subject=f"MZ{n}") is not None for _ in range(9)] for n in range(60)
    ]
    assert all(len(set(outcomes)) == 1 for outcomes in streams)
    assert 15 < sum(outcomes[0] for outcomes in streams) < 45


def test_a_name_no_part_of_the_sandbox_may_ask_for_is_a_mistake():
    with pytest.raises(KeyError):
        Faults().take("stream.hiccup")


def test_a_parameters_former_name_is_understood():
    assert Faults().add("twilio.create_timeout", dialled=False).params["dialed"] is False


WRONG: list[dict[str, Any]] = [
    {"name": "polly.error", "at": -1.0},
    {"name": "polly.error", "at": "soon"},
    {"name": "polly.error", "times": 0},
    {"name": "polly.error", "times": 1.5},
    {"name": "polly.error", "probability": 2.0},
    {"name": "polly.slow", "seconds": "many"},
    {"name": "polly.slow", "seconds": -1.0},
    {"name": "polly.slow", "seconds": float("inf")},
    {"name": "polly.slow", "minutes": 1.0},
    {"name": "realtime.refuse", "status": 401.5},
    {"name": "twilio.create_timeout", "dialed": 1},
    {"name": "stream.hiccup"},
    {"name": None},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        Faults().add(**wrong)
