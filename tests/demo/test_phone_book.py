"""The demo's test lines: who answers them, and that the product and the callers understand each other."""

import itertools

import pytest

from calls.compliance.opt_out_words import is_opt_out
from demo.phone_book import phone_book
from demo.stack import TEST_LINES
from sandbox.callers import Mind, persona_names
from sandbox.twilio.people.phone_book import PhoneBook

pytestmark = pytest.mark.django_db
NUMBERS = list(itertools.chain.from_iterable(numbers.split() for numbers in TEST_LINES.values()))


def test_every_persona_that_is_called_has_enough_lines_for_a_comparison() -> None:
    assert set(TEST_LINES) == set(persona_names()) - {"staff"}
    assert all(len(numbers.split()) >= 3 for numbers in TEST_LINES.values())


def test_each_line_is_a_number_of_its_own_that_reaches_nobody() -> None:
    assert len(set(NUMBERS)) == len(NUMBERS)
    assert all(number.startswith("+1737555") and "0100" <= number[-4:] <= "0199" for number in NUMBERS)


def test_the_carrier_takes_the_phone_book() -> None:
    book = PhoneBook("buyer")
    book.replace(phone_book(TEST_LINES))
    assert {book.lookup(number).persona for number in NUMBERS} == set(TEST_LINES)


def test_stop_is_said_in_another_way_on_each_of_its_lines_and_the_product_understands_all() -> None:
    book = PhoneBook("buyer")
    book.replace(phone_book(TEST_LINES))
    entries = [book.lookup(number) for number in TEST_LINES["opt_out"].split()]
    wishes = [Mind.load(entry.persona, **entry.overrides).persona.asides[0] for entry in entries]
    assert len(set(wishes)) == 6
    assert all(is_opt_out(wish) for wish in wishes)
