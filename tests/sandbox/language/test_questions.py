"""What a question is about, however a recognizer wrote it down."""

import pytest

from sandbox.language.questions import says_goodbye, topic_of
from sandbox.language.replies import opts_out, says_no, says_yes


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("Great. Which area are you looking in?", "area"),
        ("great which area are you looking in", "area"),
        ("Willow Creek, nice. What price range are you comfortable with?", "budget"),
        ("What price are you hoping to get?", "asking"),
        ("Got it, up to $450,000. How many bedrooms and bathrooms do you need?", "beds"),
        ("And how many bathrooms?", "baths"),
        ("three bedrooms got it how soon would you like to move", "timeframe"),
        ("Are you pre-approved for a mortgage, or paying cash?", "financing"),
        ("Is it listed with another agent right now?", "listed"),
        ("What is the address of the home?", "address"),
        ("What condition is the home in?", "condition"),
        ("Two homes fit: 12 Oak StreetNoise, 3 bedrooms, and 9 Elm. Would you like to see one of them?", "homes"),
        ("An agent can meet you Tuesday at 10 AM, or Tuesday at 2 PM. Which one works for you?", "slots"),
        ("one of our agents can meet you tuesday at 9 am or at 2 pm which for you", "slots"),
        ("You're booked for Tuesday at 10 AM. Is there anything else I can help with?", "more"),
        ("Is this Maria, and is now a good time?", "good_time"),
        ("It's now a good time to talk.", "good_time"),
        ("Sorry, I didn't catch that. Which area are you looking in?", "area"),
        ("Say stop or press 9 any time and we won't call again. This call is recorded.", ""),
        ("I found three homes in that area.", ""),
    ],
)
def test_the_last_thing_asked_is_the_topic(asked: str, topic: str) -> None:
    assert topic_of(asked) == topic


def test_a_farewell_is_one_only_when_nothing_is_asked_after_it() -> None:
    assert says_goodbye("Thank you, Maria. Goodbye.")
    assert says_goodbye("have a great day")
    assert not says_goodbye("Before I say goodbye, which area are you looking in?")
    assert not says_goodbye("Say stop any time and we won't call again.")


@pytest.mark.parametrize(
    "said", ["Yes, the first one works.", "sure", "That works for me", "okay great", "no problem, yes"]
)
def test_agreement(said: str) -> None:
    assert says_yes(said)


@pytest.mark.parametrize("said", ["No.", "I don't think so", "neither of those", "not really", "yes but I can't"])
def test_refusal(said: str) -> None:
    assert says_no(said)
    assert not says_yes(said)


@pytest.mark.parametrize(
    "said",
    [
        "Please stop calling me.",
        "take me off your list",
        "Don't call me again!",
        "due not call",
        "stop call in me",
        "Stop.",
        "lose my number",
        "remove my number please",
    ],
)
def test_a_wish_not_to_be_called_is_heard_in_any_wording(said: str) -> None:
    assert opts_out(said)


@pytest.mark.parametrize(
    "said", ["It's near the bus stop on Mill Road.", "You can call me tomorrow.", "I stopped renting."]
)
def test_other_talk_of_stops_and_calls_is_no_such_wish(said: str) -> None:
    assert not opts_out(said)


def test_whoever_asks_whether_one_is_there_behind_a_question_wants_its_answer() -> None:
    assert topic_of("Which area are you looking in? Are you still there?") == "area"
    assert topic_of("Are you still there?") == "still_there"
