"""Which tool fits what was said."""

import json

import pytest

from sandbox.openai.agent.general.heard import Heard
from sandbox.openai.agent.general.tools import best, called_for, ending, filled
from sandbox.openai.agent.turn import Message, ToolSpec

WEATHER = ToolSpec(
    "get_weather",
    "Get the current weather for a location.",
    {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]},
)
BOOK = ToolSpec("bookAppointment", "Book a visit of a plumber.")
ORDER = ToolSpec("lookup_order", "Returns the shipping status of an order.")
HUMAN = ToolSpec("transfer_to_agent", "Hands the call to a colleague.")
HANG_UP = ToolSpec("hang_up", "Ends the call.")
TOOLS = (WEATHER, BOOK, ORDER, HUMAN, HANG_UP)


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("What's the weather like in Paris?", WEATHER),
        ("Will it rain tomorrow?", WEATHER),
        ("Can somebody come over on Monday for a visit?", BOOK),
        ("Where is my package?", ORDER),
        ("Let me talk to a real person.", HUMAN),
        ("Tell me about yourself.", None),
        ("", None),
    ],
)
def test_the_tool_that_fits_is_chosen(said, tool):
    assert best(TOOLS, said) == tool


def test_a_call_has_what_was_said_or_a_question_comes_first():
    known = called_for(WEATHER, Heard([Message("user", "The weather in Oslo?")]))
    assert json.loads(known.arguments) == {"location": "Oslo"}
    unknown = called_for(WEATHER, Heard([Message("user", "How is the weather?")]))
    assert (unknown.arguments, unknown.question) == ("", "Could you tell me the location?")


def test_a_call_that_must_be_made_is_filled_whatever_was_said():
    assert json.loads(filled(WEATHER, Heard([]))) == {"location": "unknown"}


def test_the_end_of_the_call_is_known_by_its_name():
    assert ending(TOOLS) == HANG_UP
    assert ending((ToolSpec("end_call"),))
    assert ending((WEATHER,)) is None
