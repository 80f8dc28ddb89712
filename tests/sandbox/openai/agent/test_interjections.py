"""What a person may throw in at any time, and the answer to it."""

import pytest

from sandbox.openai.agent import Message, ModelTurn, Reply, respond
from tests.sandbox.talk import INSTRUCTIONS, OPENING, Model

QUESTION = "What price range are you comfortable with?"


def asked() -> Model:
    turns = [
        Message("assistant", "Which area are you looking in?"),
        Message("user", "Willow Creek"),
        Message("assistant", QUESTION),
    ]
    return Model(INSTRUCTIONS["buyer"], messages=turns)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Are you a robot?", "Yes, I'm an AI assistant of Harbor Realty LLC."),
        ("Wait, am I talking to a real person?", "Yes, I'm an AI assistant of Harbor Realty LLC."),
        (
            "Is it a safe area?",
            "I can't describe people, safety or schools, but I can search by price, place and features.",
        ),
        ("What's your commission?", "Commission is negotiable, and one of our agents will explain it."),
        ("How did you get my number?", "You asked us about a home, and you can tell me to stop at any time."),
        ("What is the roof made of?", "Good question. One of our agents will answer that."),
        ("Sorry, could you say that again?", "Sure."),
    ],
)
def test_an_aside_is_answered_and_the_question_put_again(said: str, answer: str) -> None:
    assert asked().say(said) == f"{answer} {QUESTION}"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("Stop calling me.", "do_not_call"),
        ("due not call me", "do_not_call"),
        ("I think you have the wrong number.", "wrong_number"),
        ("I'm not interested.", "not_interested"),
        ("I already have an agent.", "has_agent"),
        ("Please leave a message after the tone.", "voicemail_no_message"),
        ("Goodbye.", "qualified_nurture"),
    ],
)
def test_a_person_who_wants_to_go_may_go_at_once(said: str, outcome: str) -> None:
    model = asked()
    model.say(said)
    assert model.server.named("end_call")[0]["disposition"] == outcome


@pytest.mark.parametrize(
    "said",
    ["Sorry, I don't speak English. Only Spanish.", "No English please, Spanish?", "no ablo ingles", "Habla español?"],
)
def test_who_speaks_another_language_is_promised_somebody_who_does(said: str) -> None:
    model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", "Is this Maria, and is now a good time?")])
    promise = "I'm sorry, I only speak English. I'll ask a colleague who speaks Spanish to call you. Goodbye."
    assert model.say(said) == promise
    [closing] = model.server.named("end_call")
    assert (closing["disposition"], closing["next_action"]) == ("language_barrier", "Call back in Spanish.")


def test_a_screening_assistant_is_told_who_calls_and_why_and_then_waited_for() -> None:
    model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", "Is this Maria, and is now a good time?")])
    asked = "Hi, this person uses a screening service. Please state your name and the reason for your call."
    assert model.say(asked) == (
        "This is Riley, the AI assistant of Harbor Realty LLC. I'm calling about buying a home."
    )
    assert model.say("Thank you. Please hold.") == "Of course."
    assert model.say("Hello?").endswith("Which area are you looking in?")
    assert not model.ended


def test_an_answering_machine_is_told_nothing() -> None:
    assert asked().say("You have reached the voicemail of Maria. Leave a message after the tone.") == ""


def test_after_an_opt_out_nothing_is_saved_or_asked() -> None:
    model = asked()
    said = model.say("Take me off your list.")
    assert "?" not in said
    assert [name for name, _ in model.server.calls] == ["end_call"]


def test_a_busy_person_is_offered_a_time_to_be_called() -> None:
    model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", OPENING)])
    offered = model.say("It's a bad time, I'm driving.")
    assert offered.startswith("Of course.") or "An agent can call you" in offered
    assert model.server.named("check_availability")[0]["type"] == "callback"
    model.say("The first one is fine.")
    assert model.server.named("schedule_appointment")[0]["type"] == "callback"
    assert model.server.named("end_call")[0]["disposition"] == "callback_requested"


def test_no_answer_to_the_offer_of_an_agent_is_no_agent() -> None:
    model = Model(INSTRUCTIONS["seller"], messages=[Message("assistant", "Is it listed with another agent right now?")])
    model.say("No, I don't have an agent.")
    assert not model.ended


def test_a_robot_question_is_answered_honestly_after_the_booking_too() -> None:
    model = asked()
    for line in ("450", "3 and 2", "3 months", "yes", "yes the first", "the first one works"):
        model.say(line)
    assert "Yes, I'm an AI assistant" in model.say("By the way, are you a robot?")


def test_words_that_are_dictated_are_said_as_they_are() -> None:
    words = "Hi, I'm Riley, an AI assistant calling for Harbor Realty LLC. This call is recorded. Is now a good time?"
    turn = ModelTurn(f"{INSTRUCTIONS['buyer']}\nBegin the call by saying exactly this, then stop: {words}\n")
    assert respond(turn) == Reply(words)


def test_a_rule_about_exact_words_in_the_middle_of_the_instructions_dictates_nothing() -> None:
    turn = ModelTurn(f"Never say exactly this: {{price}}.\n{INSTRUCTIONS['buyer']}")
    assert "{price}" not in respond(turn).text
