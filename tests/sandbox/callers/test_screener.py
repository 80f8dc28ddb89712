"""A call-screening assistant asks for name and reason before its owner comes on."""

from sandbox.callers import HangUp, Mind, Say


def said(acts):
    return [act.text for act in acts if isinstance(act, Say)]


def test_it_lets_a_caller_through_who_gives_name_and_reason():
    screener = Mind.load("screening")
    assert said(screener.hear("This is Ava, calling about the home you asked us about.")) == ["Thank you. Please hold."]
    assert said(screener.silence(3.0)) == ["Hello?"]
    assert screener.voice == screener.persona.voice


def test_it_asks_again_once_and_then_declines():
    screener = Mind.load("screening")
    assert "state your name" in said(screener.hear("Good morning to you."))[0]
    declined = screener.hear("What a nice day it is.")
    assert said(declined) == ["This person is not available. Goodbye."]
    assert declined[-1] == HangUp()
