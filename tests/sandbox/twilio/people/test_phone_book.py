"""Who answers which number."""

import pytest

from sandbox.twilio.people.phone_book import Entry, PhoneBook

NUMBER = "+15125550101"


def test_a_number_nobody_listed_is_answered_by_the_default_persona():
    assert PhoneBook("seller").lookup(NUMBER).persona == "seller"


def test_an_entry_changes_its_persona():
    book = PhoneBook("buyer")
    book.replace({NUMBER: {"name": "Maria Lopez", "facts": {"beds": 4}, "temper": {"patience": 3}}})
    assert book.lookup(NUMBER).overrides == {"name": "Maria Lopez", "voice": None, "facts": {"beds": 4}, "patience": 3}
    assert book.as_json()[NUMBER]["name"] == "Maria Lopez"


def test_adding_keeps_the_others_and_replacing_does_not():
    book = PhoneBook("buyer")
    book.replace({NUMBER: {"outcome": "busy"}})
    book.add({"+15125550102": {"outcome": "no-answer"}})
    assert book.lookup(NUMBER).outcome == "busy"
    book.replace({})
    assert book.lookup(NUMBER).outcome == "answer"


@pytest.mark.parametrize("raw", [{"persona": "nobody"}, {"persona": ["buyer"]}, {"outcome": "maybe"}, {"person": "x"}])
def test_what_is_no_entry_is_refused(raw):
    with pytest.raises(ValueError, match=r"must be one of|unknown fields"):
        Entry.from_json(raw)


def test_a_personas_former_name_is_accepted():
    assert Entry.from_json({"persona": "sceptic"}).persona == "sceptic"
