"""Whether words hold a critical value."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.understanding.critical_values import CriticalValue, critical_values_of
from calls.understanding.grounding import question_for, read_back
from calls.understanding.matching import Match, is_named, match, names_another, similarity


def only(name: str, **arguments: Any) -> CriticalValue:
    [value] = critical_values_of(name, arguments)
    return value


@pytest.mark.parametrize(
    ("address", "words", "held"),
    [
        ("12 Orchard Lane", "It's twelve orchard lane", Match.CERTAIN),
        ("12 Orchard Ln, Lakeside", "12 Orchard Lane", Match.CERTAIN),
        ("1242 Orchard Lane", "twelve forty-two Orchard Lane", Match.CERTAIN),
        ("15 Orchard Lane", "fifty Orchard Lane", Match.NONE),
        ("12 Orchard Lane", "12 Sycamore Court", Match.NONE),
        ("12 Orchard Lane", "to have the car repaired", Match.NONE),
    ],
)
def test_an_address_stands_on_its_number_and_its_streets_name(address: str, words: str, held: Match) -> None:
    assert match(only("save_seller_details", address=address), words) is held


@pytest.mark.parametrize(
    ("band", "words", "held"),
    [
        ("0_3m", "within three months", Match.CERTAIN),
        ("3_6m", "within three months", Match.CERTAIN),
        ("12m_plus", "within three months", Match.NONE),
        ("6_12m", "in about a year", Match.CERTAIN),
        ("0_3m", "six weeks", Match.CERTAIN),
        ("3_6m", "sometime next spring", Match.CERTAIN),
        ("now", "Alaska Air", Match.NONE),
    ],
)
def test_a_timeframe_stands_on_the_months_that_were_named(band: str, words: str, held: Match) -> None:
    assert match(only("save_lead_preferences", timeframe=band), words) is held


def test_right_now_in_another_question_names_no_timeframe() -> None:
    assert not is_named(only("save_lead_preferences", timeframe="0_3m"), "Is it listed with an agent right now?")


def test_alaska_air_is_like_no_place_of_ours() -> None:
    assert similarity("Willow Creek", "willow creak please") > 0.8
    assert similarity("Willow Creek", "Alaska Air") < 0.5


def test_another_value_of_the_kind_is_no_yes() -> None:
    budget = only("save_lead_preferences", price_max=450_000)
    assert names_another(budget, "yes, four fifteen", question="Is your budget up to $450,000?")
    assert not names_another(budget, "yes, four fifty", question="Is your budget up to $450,000?")
    assert not names_another(budget, "yes")


AREA = st.text(st.characters(codec="ascii", categories=("L", "N", "Zs")), min_size=2, max_size=20).filter(str.strip)


@given(
    st.one_of(
        st.integers(10_000, 50_000_000).map(lambda n: {"price_max": n}),
        st.integers(0, 10).map(lambda n: {"beds_min": n}),
        st.integers(0, 20).map(lambda n: {"baths_min": n / 2}),
        st.sampled_from(["now", "0_3m", "3_6m", "6_12m", "12m_plus"]).map(lambda band: {"timeframe": band}),
        AREA.map(lambda name: {"areas": [{"kind": "city", "name": name}]}),
        st.emails().map(lambda mail: {"motivation": mail}),
    )
)
def test_whatever_is_read_back_or_asked_for_counts_as_said(arguments: dict[str, Any]) -> None:
    for value in critical_values_of("save_lead_preferences", arguments):
        assert is_named(value, read_back([value]))
        assert is_named(value, question_for([value], again=True))


def test_a_name_without_a_letter_we_know_sounds_like_nothing() -> None:
    assert similarity("東京", "four fifty") == 0


ALL_KINDS = (
    *critical_values_of(
        "save_lead_preferences", {"price_max": 450_000, "beds_min": 3, "baths_min": 2, "living_area_min": 1800}
    ),
    *critical_values_of(
        "save_lead_preferences", {"timeframe": "0_3m", "areas": [{"name": "Willow Creek"}, {"name": "78701"}]}
    ),
    *critical_values_of("save_lead_preferences", {"motivation": "john.doe@gmail.com, (512) 555-0199"}),
    *critical_values_of(
        "save_seller_details", {"address": "12 Orchard Lane", "year_built": 1995, "postal_code": "78701"}
    ),
    *critical_values_of("schedule_appointment", {}, start=datetime(2026, 11, 24, 10, tzinfo=UTC)),
)
TALK = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [
                "four",
                "fifty",
                "at",
                "two",
                "a",
                "half",
                "and",
                "$4.50",
                "the",
                "31st",
                "may",
                "10:30",
                "am",
                "dot",
                "double",
                "9",
                "?",
            ]
        )
    ).map(" ".join),
)


@given(st.sampled_from(ALL_KINDS), TALK, TALK)
def test_no_words_are_too_strange(value: CriticalValue, words: str, question: str) -> None:
    assert match(value, words, question=question) in Match
    assert names_another(value, words, question=question) in (True, False)
    assert is_named(value, words) in (True, False)
