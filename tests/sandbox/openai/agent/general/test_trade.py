"""Whether a turn is about homes."""

import pytest

from sandbox.openai.agent.general.trade import is_about_homes
from sandbox.openai.agent.turn import Message, ModelTurn, ToolSpec


def about_homes(instructions="", said="", tool=""):
    tools = (ToolSpec(tool),) if tool else ()
    return is_about_homes(ModelTurn(instructions, tools, (Message("user", said),) if said else ()), instructions)


@pytest.mark.parametrize(
    "instructions",
    [
        "Mode: buyer",
        "agent_mode: seller.",
        "You are a friendly assistant of a small real-estate office.",
        "You work for Harbor Realty LLC.",
        "Help people who sell a house in Austin.",
        "You are calling for a brokerage about the homes the buyer looked at.",
    ],
)
def test_instructions_of_a_brokerage_are_about_homes(instructions):
    assert about_homes(instructions)


@pytest.mark.parametrize(
    "instructions",
    [
        "You are Max of Acme Plumbing. Our plumbers come to your house or any property in town.",
        "You help buyers of our online shop with their orders. A home delivery takes two days.",
        "You book tables at Bella Pizza.",
        "You answer for a freight company.",
        "You are a helpful assistant.",
        "",
    ],
)
def test_instructions_of_another_trade_are_not(instructions):
    assert not about_homes(instructions, said="Hello?")


def test_tools_no_other_trade_has_decide():
    assert about_homes("You are Max.", tool="search_listings")
    assert not about_homes("You are Max.", tool="schedule_appointment")


def test_where_the_instructions_name_no_trade_the_person_does():
    assert about_homes("You are a helpful voice assistant.", said="I would like to buy a house.")
    assert not about_homes("You book tables at Bella Pizza.", said="I would like to buy a house.")
