"""What is made of a machine's words: phrases of mailboxes and of assistants that screen calls, as phones say them."""

import pytest

from calls.call_flows.call_screening import MOST_HEARD, MOST_INTRODUCTIONS, Move, next_move

ASSISTANTS = (
    "Hi. If you record your name and reason for calling, I'll see if this person is available.",
    "Hi, the person you're calling is using a screening service from Google. Go ahead and say your name and why you're "
    "calling.",
    "Please state your name and the reason for your call.",
    "Please say your name after the tone and I'll try to connect you.",
    "Who’s calling, please?",
    "May I ask who is speaking?",
    "And what is this regarding?",
)
MAILBOXES = (
    "Hi, you've reached Sam. Please leave a message after the beep.",
    "The person you are trying to reach is not available. At the tone, please record your message.",
    "Your call has been forwarded to an automatic voice messaging system. The voice mailbox is full.",
    "I can't come to the phone right now, leave your name and number and I'll get back to you.",
    "Please leave your name and phone number after the tone.",
    "This person is not available. Goodbye.",
    "You've reached the Hendersons, we're out on the lake!",
)
HOLDING = (
    "Thank you. Please hold.",
    "One moment while I connect you.",
    "Stay on the line, I'll see if Sam is available.",
)
PERSONS = ("Hello?", "hello, hello?", "Yes?", "Hi. Is anybody there?", "Hello, can you hear me?")


@pytest.mark.parametrize("words", ASSISTANTS)
def test_who_asks_for_name_or_reason_is_told(words: str) -> None:
    assert next_move(words, introduced=0, heard=0) == Move.INTRODUCE


def test_nobody_is_told_more_than_twice() -> None:
    assert next_move(ASSISTANTS[2], introduced=MOST_INTRODUCTIONS, heard=3) == Move.LISTEN


def test_an_assistant_that_has_heard_enough_of_the_opening_is_not_told_again() -> None:
    words = "Please state your name and the reason for your call. Thank you. Please hold."
    assert next_move(words, introduced=0, heard=0) == Move.LISTEN


@pytest.mark.parametrize("words", MAILBOXES)
def test_a_mailbox_is_left_without_a_message(words: str) -> None:
    assert next_move(words, introduced=0, heard=0) == Move.HANG_UP


@pytest.mark.parametrize("words", MAILBOXES[:6])
@pytest.mark.parametrize("introduced", [1, 2])
def test_a_mailbox_behind_an_assistant_is_left_too(words: str, introduced: int) -> None:
    assert next_move(words, introduced=introduced, heard=2) == Move.HANG_UP


@pytest.mark.parametrize("introduced", [0, 1])
@pytest.mark.parametrize("words", HOLDING)
def test_we_hold_when_asked_to(words: str, introduced: int) -> None:
    assert next_move(words, introduced=introduced, heard=1) == Move.LISTEN


@pytest.mark.parametrize("introduced", [0, 1])
@pytest.mark.parametrize("words", PERSONS)
def test_a_person_taken_for_a_machine_is_talked_to(words: str, introduced: int) -> None:
    assert next_move(words, introduced=introduced, heard=0) == Move.TALK


def test_who_speaks_after_our_introduction_is_a_person_whatever_is_said() -> None:
    assert next_move("Sam here, what's up?", introduced=1, heard=1) == Move.TALK


def test_silence_is_a_mailbox_that_records_until_we_have_introduced_ourselves() -> None:
    assert next_move("", introduced=0, heard=0) == Move.HANG_UP
    assert next_move("", introduced=1, heard=1) == Move.LISTEN


@pytest.mark.parametrize("words", ["", *ASSISTANTS, *HOLDING, *PERSONS])
def test_nobody_is_waited_for_without_end(words: str) -> None:
    assert next_move(words, introduced=1, heard=MOST_HEARD) == Move.HANG_UP
