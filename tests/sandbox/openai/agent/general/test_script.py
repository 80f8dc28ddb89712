"""What the instructions of a stranger's assistant ask for."""

import pytest

from sandbox.openai.agent.general.script import question_about, read, words_of

PLUMBER = """You are Max, the phone assistant of Acme Plumbing.
Greet the caller with 'Thanks for calling Acme Plumbing. How can I help?'
Ask for their name, their address and what the problem is.
If they ask about prices, say "A visit costs 99 dollars."
End the call with "Thanks, goodbye."
"""


def test_a_script_is_read_in_its_parts():
    script = read(PLUMBER)
    assert script.greeting == "Thanks for calling Acme Plumbing. How can I help?"
    assert script.farewell == "Thanks, goodbye."
    assert [question.removeprefix("Could you tell me ") for question in script.questions] == [
        "your name?",
        "your address?",
        "what the problem is?",
    ]
    assert [rule.words for rule in script.rules] == ["A visit costs 99 dollars."]
    assert script.introduction == "This is Max from Acme Plumbing."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Say exactly this: The buyer wants a house.", "The buyer wants a house."),
        ('Say exactly "Good evening."', "Good evening."),
        ("Greet the user with “Hi there!” and wait.", "Hi there!"),
        ("Begin with: Welcome to Bella Pizza! What would you like?", "Welcome to Bella Pizza! What would you like?"),
        ("Greet the caller with Good morning, this is Acme.", "Good morning, this is Acme."),
        ("Greet the caller with 'Hello! I'm the users' assistant.'", "Hello! I'm the users' assistant."),
        ("Greet the caller warmly.", ""),
        ("Keep your answers short.", ""),
    ],
)
def test_words_to_be_said_are_found(text, words):
    assert words_of(text) == words


def test_questions_of_a_list_are_asked_as_they_stand():
    listed = "Ask these questions:\n1. What is your name?\n2. Which day suits you?\n- Do you own the car?"
    assert read(listed).questions == ("What is your name?", "Which day suits you?", "Do you own the car?")


@pytest.mark.parametrize("text", ["", "???", "'" * 400, "Ask", "Greet the caller with '", "If, say ''.", "x" * 50_000])
def test_anybody_may_write_them(text):
    read(text)


def test_a_thing_is_asked_for_in_words():
    assert question_about("address") == "Could you tell me your address?"
    assert question_about("the city", whose="the") == "Could you tell me the city?"
