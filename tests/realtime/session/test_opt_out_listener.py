"""What the lines of a transcript mean for the wish not to be called again, also late, twice and out of order."""

from calls.agent.phrases import SURE_TO_STOP
from realtime.bridge.vocabulary.actions import Kind, Speaker, TranscriptLine
from realtime.session.opt_out_listener import Heard, OptOutListener


def lead(text: str, position: float, *, item: str = "", kind: Kind = Kind.SPEECH) -> TranscriptLine:
    return TranscriptLine(item or f"u{position}", Speaker.CALLER, kind, position, text=text, settled=True)


def agent(text: str, position: float, *, heard: bool = True, kind: Kind = Kind.SPEECH) -> TranscriptLine:
    return TranscriptLine(
        f"a{position}", Speaker.AGENT, kind, position, text=text if heard else "", generated=text, settled=True
    )


def test_a_wish_in_words_or_by_key_is_heard_once() -> None:
    listener = OptOutListener()
    assert listener.hear(lead("Tuesday at ten", 1)) is None
    assert listener.hear(lead("Stop calling me", 2)) is Heard.VERBAL_REQUEST
    assert listener.hear(lead("Stop calling me", 3)) is None
    assert OptOutListener().hear(lead("99", 1, kind=Kind.KEYS)) is Heard.KEYPAD
    assert OptOutListener().hear(lead("1", 1, kind=Kind.KEYS)) is None


def test_a_yes_counts_after_our_question_and_not_before() -> None:
    listener = OptOutListener()
    assert listener.hear(lead("Wait, stop, one question", 1)) is Heard.MAY_OPT_OUT
    assert listener.hear(lead("Yes, about the garage", 2)) is None
    listener.hear(agent(SURE_TO_STOP, 3))
    listener.hear(agent("One moment, please.", 3.5, kind=Kind.RECORDED))
    assert listener.hear(lead("Wait, stop, one question", 1)) is None, "the same line again, as when it moved"
    assert listener.hear(lead("Yes, I said", 2.5)) is None, "said before the question, written down after it"
    assert listener.hear(lead("Yes", 4)) is Heard.VERBAL_REQUEST


def test_a_question_nobody_heard_or_that_another_followed_is_not_answered() -> None:
    listener = OptOutListener()
    listener.hear(agent(SURE_TO_STOP, 1, heard=False))
    assert listener.hear(lead("Yes", 2)) is None
    listener.hear(agent(SURE_TO_STOP, 3))
    listener.hear(agent("Is ten fine?", 5))
    assert listener.hear(lead("Yes", 6)) is None
    listener.hear(agent(SURE_TO_STOP, 4))
    assert listener.hear(lead("Yes please", 7)) is None
