"""The brokerage's own agent in a regular call."""

from sandbox.callers import Mind, Press, Say, Wait


def said(acts):
    return " ".join(act.text for act in acts if isinstance(act, Say))


def test_they_press_1_at_the_whisper_and_ask_by_the_leads_side():
    agent = Mind.load("staff")
    assert agent.hear("Lead Maria Lopez, seller. Press 1 to connect.") == [Press("1")]
    assert agent.silence(5.0) == [Wait()]
    assert said(agent.silence(20.0)).startswith("Hi Maria, this is Sam")
    assert "address of the home" in said(agent.hear("Yes, it is."))


def test_they_stop_when_asked_never_to_call_again():
    agent = Mind.load("staff")
    agent.hear("Press 1 to connect.")
    assert "won't call you again" in said(agent.hear("Please stop calling me."))
    assert agent.leaving
