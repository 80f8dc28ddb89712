"""Personas are read from small files, and a phone book may change them."""

import pytest

from sandbox.callers.persona import is_persona, load, persona_names


@pytest.mark.parametrize("name", persona_names())
def test_every_file_is_a_persona(name):
    assert load(name).name == name


def test_facts_are_merged_with_those_of_the_persona_it_extends():
    assert load("seller").facts["address"] == "12 Orchard Lane"
    changed = load("seller", facts={"beds": 5}).facts
    assert (changed["beds"], changed["address"]) == (5, "12 Orchard Lane")


def test_a_former_name_still_works():
    assert is_persona("sceptic")
    assert load("sceptic") == load("skeptic")


@pytest.mark.parametrize("name", ["nobody", "", "../buyer", ["buyer"]])
def test_an_unknown_name_is_no_persona(name):
    assert not is_persona(name)


def test_an_unknown_persona_cannot_be_loaded():
    with pytest.raises(KeyError):
        load("nobody")
