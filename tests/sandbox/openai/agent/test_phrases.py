"""The agent's sentences."""

from sandbox.openai.agent.briefing import read
from sandbox.openai.agent.offers import Home
from sandbox.openai.agent.phrases import acknowledge, greeting, introduction, present_homes

BRIEFING = read("Agent name: Ava\nBrokerage: Cedar Homes\nLead: Maria Lopez\n")


def test_the_agent_says_that_it_is_an_assistant():
    assert greeting(BRIEFING) == "Hi Maria, this is the AI assistant of Cedar Homes."
    assert introduction(BRIEFING) == "This is Ava, the AI assistant of Cedar Homes."


def test_what_was_heard_is_said_back():
    assert acknowledge({"beds": 3}) == "Three bedrooms, okay."
    assert acknowledge({}) == ""


def test_homes_are_presented_with_their_price():
    home = Home("1", "12 Orchard Lane", 450_000)
    assert "12 Orchard Lane" in present_homes((home,))
    assert present_homes((home, home)).startswith("Two homes fit:")
