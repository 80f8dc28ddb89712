"""A caller who speaks only Spanish."""

from sandbox.callers import Mind, Say


def said(acts):
    return [act.text for act in acts if isinstance(act, Say)]


def test_they_say_that_they_speak_no_english():
    caller = Mind.load("spanish")
    assert said(caller.hear("What price range are you looking for?")) == ["Sorry, I don't speak English. Only Spanish."]


def test_they_thank_for_an_offer_of_somebody_who_speaks_it():
    caller = Mind.load("spanish")
    assert said(caller.hear("A colleague who speaks Spanish will call you.")) == ["Yes, thank you. Gracias."]


def test_they_give_up_when_nobody_offers_help():
    caller = Mind.load("spanish")
    answers = [said(caller.hear("What price range are you looking for?")) for _ in range(5)]
    assert answers[-1] == ["Gracias. Bye."]
    assert caller.leaving
