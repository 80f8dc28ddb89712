"""The plain assistant, turn by turn."""

import json

import pytest

from sandbox.openai.agent import Message, ModelTurn, Reply, ToolCall, ToolSpec, respond
from sandbox.openai.agent.general.assistant import spoken_result

PLUMBER = (
    "You are Max, the phone assistant of Acme Plumbing. Greet the caller with 'Acme Plumbing, how can I help?' "
    'Ask for their name and their address. When they ask about prices, say "A visit costs 99 dollars." '
    "End the call with 'Thanks, goodbye.'"
)
GREETING = "Acme Plumbing, how can I help?"
TEXT = {"type": "string"}
WEATHER = ToolSpec(
    "get_weather",
    "Get the current weather for a location",
    {"type": "object", "properties": {"location": TEXT}, "required": ["location"], "additionalProperties": False},
)
END = ToolSpec("end_call", "Ends the call.", {"type": "object", "properties": {}})
CALL = ToolCall("call_1", "get_weather", '{"location":"Oslo"}')
HOMES = ("buy", "sell", "bedroom", "area", "home", "house")


def say(
    *lines: str | Message, instructions: str = PLUMBER, tools: tuple[ToolSpec, ...] = (), choice: str = "auto"
) -> Reply:
    """The reply to a conversation in which the lines alternate and the person has the last word."""
    messages = tuple(
        line if isinstance(line, Message) else Message("user" if (len(lines) - at) % 2 else "assistant", line)
        for at, line in enumerate(lines)
    )
    return respond(ModelTurn(instructions, tools, messages, choice))


def test_it_greets_as_told_and_asks_what_is_named_and_never_about_homes() -> None:
    assert say().text == GREETING
    first = say(GREETING, "My sink is leaking.").text
    second = say(GREETING, "My sink is leaking.", first, "I'm Jane.").text
    last = say(GREETING, "My sink is leaking.", first, "I'm Jane.", second, "Main Street 5.").text
    assert ("name" in first, "address" in second) == (True, True)
    assert not [word for word in HOMES if word in f"{first} {second} {last}".lower()]


def test_it_follows_what_is_to_be_said_when() -> None:
    assert say(GREETING, "What are your prices?").text == "A visit costs 99 dollars."
    assert say(GREETING, "No thanks, bye.").text == "Thanks, goodbye."


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("Greet the user with 'Hello there! I'm an AI. Ask me anything.'", "Hello there! I'm an AI. Ask me anything."),
        ("Say exactly: Good evening.", "Good evening."),
        ("Tell the caller that the technician is late.", "The technician is late."),
        ("Ask the caller for their account number.", "Could you tell me your account number?"),
    ],
)
@pytest.mark.parametrize("role", ["user", "system", "instructions"])
def test_an_order_for_one_answer_is_carried_out_wherever_it_stands(order: str, words: str, role: str) -> None:
    if role == "instructions":
        assert say(instructions=order).text == words
    else:
        assert say(Message(role, order), instructions="You are a helpful assistant.").text == words


def test_a_greeting_of_no_given_words_is_a_greeting() -> None:
    assert say(instructions="Greet the user and offer your assistance.").text.startswith("Hello!")


@pytest.mark.parametrize("choice", ["required", "get_weather"])
def test_what_must_be_called_is_called_with_arguments_by_the_schema(choice: str) -> None:
    reply = say("Tell me a joke.", tools=(WEATHER,), choice=choice)
    (call,) = reply.tool_calls
    assert (reply.text, call.name, set(json.loads(call.arguments))) == ("", "get_weather", {"location"})


def test_a_tool_is_called_when_it_fits_and_asked_for_what_it_lacks() -> None:
    (call,) = say("What's the weather in Oslo?", tools=(WEATHER,)).tool_calls
    assert json.loads(call.arguments) == {"location": "Oslo"}
    question = say("How is the weather?", tools=(WEATHER,)).text
    (later,) = say("How is the weather?", question, "In Bergen.", tools=(WEATHER,)).tool_calls
    assert json.loads(later.arguments) == {"location": "Bergen"}


def test_no_tool_is_called_when_none_may_be() -> None:
    assert say("What's the weather in Oslo?", tools=(WEATHER,), choice="none").tool_calls == ()


def test_what_a_tool_answered_is_told() -> None:
    asked = Message("assistant", "", (CALL,))
    told = say("Weather in Oslo?", asked, Message("tool", '{"degrees": 21}', tool_call_id="call_1"), tools=(WEATHER,))
    assert "Degrees is 21" in told.text


def test_a_goodbye_ends_the_call_by_the_tool_there_is() -> None:
    reply = say(GREETING, "That is all, goodbye.", tools=(END,))
    assert (reply.text, [call.name for call in reply.tool_calls]) == ("Thanks, goodbye.", ["end_call"])


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ('{"message": "Booked."}', "Booked."),
        ('{"error": {"message": "closed"}}', "I'm sorry, that did not work: closed."),
        ("It rains.", "It rains."),
        ("[]", "That is done."),
        ('{"home_city": "Oslo", "open": true}', "Home city is Oslo."),
    ],
)
def test_results_of_every_shape_are_said(result: str, words: str) -> None:
    assert spoken_result(result) == words


def test_tools_nobody_planned_are_used_by_the_real_estate_agent_too() -> None:
    look = ToolSpec("find_properties", "Find properties in a city", WEATHER.parameters)
    (call,) = say("Which properties are there in Austin?", instructions="Mode: buyer", tools=(look,)).tool_calls
    assert json.loads(call.arguments) == {"location": "Austin"}


def test_what_it_cannot_answer_it_says_back_and_offers_help() -> None:
    reply = say(GREETING, "What is two plus two?", instructions="You are a helpful assistant.")
    assert reply.text == "I understand: What is two plus two. Is there anything else I can help you with?"
