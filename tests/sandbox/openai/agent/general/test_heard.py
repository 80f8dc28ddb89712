"""A tool's arguments in what was said."""

import pytest

from sandbox.openai.agent.general.heard import Heard, question_for, spaced
from sandbox.openai.agent.turn import Message

TEXT, WHOLE, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def heard(*said):
    roles = ["user" if (len(said) - at) % 2 else "assistant" for at in range(len(said))]
    return Heard([Message(role, text) for role, text in zip(roles, said, strict=True)])


@pytest.mark.parametrize(
    ("said", "name", "schema", "value"),
    [
        ("What's the weather in San Francisco?", "location", TEXT, "San Francisco"),
        ("Book me for tomorrow at 3 pm, my name is Jane Doe.", "date", TEXT, "tomorrow"),
        ("Book me for tomorrow at 3 pm, my name is Jane Doe.", "time", TEXT, "3 pm"),
        ("Book me for tomorrow at 3 pm, my name is Jane Doe.", "customerName", TEXT, "Jane Doe"),
        ("A table for four people, please.", "party_size", WHOLE, 4),
        ("Mail it to jane.doe@example.com.", "email", TEXT, "jane.doe@example.com"),
        ("Where is my order number A-1234?", "order_id", TEXT, "A-1234"),
        ("My sink is leaking.", "problem", TEXT, "My sink is leaking."),
        ("A large one with ham.", "size", {"enum": ["small", "large"]}, "large"),
        ("A large one with ham.", "toppings", {"type": "array", "items": {"enum": ["ham", "corn"]}}, ["ham"]),
        ("Hello.", "location", TEXT, None),
        ("Hello.", "urgent", FLAG, None),
    ],
)
def test_a_value_is_found_by_the_words_around_it(said, name, schema, value):
    assert heard(said).value(name, schema) == value


def test_an_answer_to_its_question_is_its_value():
    assert heard("Could you tell me the location?", "It's Oslo.").value("location", TEXT) == "Oslo"
    assert heard("Could you tell me whether it is urgent?", "Yes, it is.").value(
        "urgent", FLAG | {"description": "whether it is urgent"}
    )


def test_it_asks_by_the_description_or_by_the_name():
    assert question_for("loc", {"description": "City name, e.g. Oslo"}) == "Could you tell me the city name?"
    assert question_for("partySize", {}) == "Could you tell me the party size?"
    assert spaced("check_order") == "check order"
