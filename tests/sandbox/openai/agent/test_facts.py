"""Facts in what people say."""

import pytest

from sandbox.openai.agent.facts import best_area, fact_from, hear, volunteered

AREAS = ("Willow Creek", "Maple Heights")


@pytest.mark.parametrize(
    ("topic", "words", "name", "value"),
    [
        ("beds", "Three, I think.", "beds", 3),
        ("budget", "Up to four fifty.", "price_max", 450_000),
        ("address", "It's twelve Orchard Lane.", "address", "12 Orchard Lane"),
    ],
)
def test_an_answer_is_understood_by_its_question(topic, words, name, value):
    assert hear(topic, words)[name] == value


def test_only_what_leaves_no_doubt_counts_unasked():
    assert volunteered("I need three bedrooms.")["beds"] == 3
    assert volunteered("I have two children.") == {}


def test_an_area_is_known_by_its_sound():
    assert best_area("somewhere in willow crick", AREAS, at_least=0.75) == "Willow Creek"
    assert best_area("anywhere at all", AREAS, at_least=0.75) == ""


def test_a_fact_of_the_instructions_is_not_confirmed():
    fact = fact_from("beds", "3")
    assert fact is not None
    assert (fact.value, fact.confirmed) == (3, False)
