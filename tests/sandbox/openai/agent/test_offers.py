"""Homes and times on offer, and which one was chosen."""

from datetime import datetime

import pytest

from sandbox.openai.agent.offers import choose_home, choose_slot, homes_in, slots_in, spoken_time, two_of

SLOTS = slots_in(
    {
        "slots": [
            {"slot_id": "a", "start_local": "2026-11-24T10:00:00"},
            {"slot_id": "b", "start_local": "2026-11-24T11:00:00"},
            {"slot_id": "c", "start_local": "2026-11-25T14:00:00"},
        ]
    }
)
HOMES = homes_in({"items": [{"ListingKey": "1", "address": "12 Orchard Lane", "list_price": 450000}, {"id": "2"}]})


def test_two_times_offered_differ_in_day_or_half_of_the_day():
    assert [slot.slot_id for slot in two_of(SLOTS)] == ["a", "c"]


@pytest.mark.parametrize(
    ("words", "slot"), [("the second one", "b"), ("Wednesday works", "c"), ("yes please", "a"), ("at eleven", "b")]
)
def test_a_time_is_chosen_by_order_day_hour_or_a_plain_yes(words, slot):
    chosen = choose_slot(words, SLOTS)
    assert chosen is not None
    assert chosen.slot_id == slot


def test_a_refusal_chooses_nothing():
    assert choose_slot("no, none of them", SLOTS) is None
    assert choose_home("I don't like them", HOMES) is None


def test_a_home_is_chosen_by_its_address():
    assert (HOMES[0].key, HOMES[0].price, HOMES[1].address) == ("1", 450000, "a home")
    assert choose_home("the one on Orchard", HOMES) == HOMES[0]


def test_a_time_is_spoken_with_day_and_hour():
    assert spoken_time(datetime.fromisoformat("2026-11-24T14:30")) == "Tuesday, November 24 at 2:30 PM"
