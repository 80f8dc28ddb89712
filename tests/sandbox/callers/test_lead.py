"""What a lead answers."""

from sandbox.callers import HangUp, LeadMind, Mind, Say, Wait


def said(acts):
    return [act.text for act in acts if isinstance(act, Say)]


def test_a_lead_answers_what_is_asked():
    assert said(Mind.load("seller").hear("What is the address of the home?")) == ["It's 12 Orchard Lane."]


def test_a_lead_with_two_errands_answers_by_what_the_question_is_about():
    lead = Mind.load("both")
    assert isinstance(lead, LeadMind)
    lead.hear("How many bedrooms does your home have?")
    assert lead.side == "seller"
    lead.hear("And how many bedrooms do you need?")
    assert lead.side == "buyer"


def test_a_statement_is_no_question():
    assert Mind.load("buyer").hear("I see.") == [Wait()]


def test_a_lead_says_goodbye_and_hangs_up():
    lead = Mind.load("buyer")
    assert said(lead.hear("Thank you for your time. Goodbye."))
    assert lead.leaving
    assert lead.hear("Goodbye.") == [HangUp()]
