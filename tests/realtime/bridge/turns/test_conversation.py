"""The parts of turn-taking together: what is quiet, what a lost session leaves, what is asked for after an event."""

from realtime.bridge.turns.conversation import Conversation
from realtime.bridge.turns.tool_calls import ToolCall
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase
from realtime.bridge.vocabulary.timers import Timer, Timers
from tests.realtime.bridge.driver import sound

HAND_OVER = Phrase.of("I will put you through.", bytes(8 * 400))
CALL = ToolCall("c1", "f1", "r1", "transfer", "{}", 2.5)


def joined(config: CallConfig | None = None) -> tuple[Conversation, Timers]:
    """A conversation the model has joined."""
    timers = Timers()
    conversation = Conversation(config or CallConfig(hand_over=HAND_OVER), Limits(), timers)
    conversation.agent_audio.start_clock(100.0)
    list(conversation.model_joined(100.0))
    return conversation, timers


def test_a_model_that_joins_learns_what_was_said_then_hears_what_was_kept() -> None:
    conversation = Conversation(CallConfig(), Limits(), Timers())
    conversation.agent_audio.start_clock(100.0)
    conversation.caller_audio.receive(sound(20), 20, 100.02)
    list(conversation.caller_turns.key_pressed("5", 100.1))
    list(conversation.caller_turns.keys_complete())
    told, heard = conversation.model_joined(101.0)
    assert isinstance(told, a.Remember)
    assert (told.speaker, told.text) == (a.Speaker.CALLER, "[The caller pressed 5 on the keypad.]")
    assert heard == a.Listen(sound(20))


def test_what_is_owed_is_asked_for_after_the_event_and_timed() -> None:
    conversation, timers = joined()
    conversation.gate.owe(a.Respond())
    assert list(conversation.after_event(101.0)) == [a.Respond()]
    assert Timer.STALL in timers
    assert not conversation.is_quiet


def test_nothing_is_asked_for_while_a_number_is_typed() -> None:
    conversation, _ = joined()
    list(conversation.caller_turns.key_pressed("5", 101.0))
    conversation.gate.owe(a.Respond())
    assert list(conversation.after_event(101.0)) == []
    assert not conversation.is_quiet


def test_nothing_is_asked_of_a_model_that_has_not_joined() -> None:
    conversation = Conversation(CallConfig(), Limits(), Timers())
    conversation.gate.owe(a.Respond())
    assert list(conversation.after_event(100.0)) == []


def test_a_lost_session_is_known_to_have_owed_a_response() -> None:
    conversation, timers = joined()
    conversation.gate.owe(a.Respond())
    list(conversation.after_event(101.0))
    assert conversation.model_left()
    assert not conversation.model_left()
    assert conversation.is_quiet
    assert Timer.STALL not in timers


def test_a_response_that_does_not_come_is_asked_for_once_more_and_then_the_model_is_in_trouble() -> None:
    conversation, _ = joined()
    for trouble in (None, "stalled"):
        conversation.gate.owe(a.Respond())
        list(conversation.after_event(101.0))
        list(conversation.stalled(107.0))
        assert conversation.timeouts.trouble == trouble


def test_a_hand_over_is_announced_unless_the_agent_did_it() -> None:
    conversation, _ = joined()
    played = [action.audio for action in conversation.announce_hand_over(CALL, 101.0) if isinstance(action, a.Play)]
    assert played == list(HAND_OVER.audio)
    conversation.gate.audible.add(CALL.response_id)
    assert list(conversation.announce_hand_over(CALL, 102.0)) == []


def test_a_goodbye_is_asked_for_unless_it_was_said_with_the_tool() -> None:
    conversation, _ = joined()
    conversation.gate.audible.add(CALL.response_id)
    conversation.ask_for_goodbye(unless_said_with=CALL)
    assert conversation.gate.owed is None
    conversation.ask_for_goodbye()
    assert conversation.gate.owes_direction


def test_the_lines_of_an_opening_the_model_says_are_those_that_were_sent() -> None:
    conversation, _ = joined()
    list(conversation.agent_responses.started("r1", 101.0))
    assert conversation.opening_lines is None
    list(conversation.agent_responses.audio_arrived(e.AudioArrived("r1", "i1", sound(200)), 101.0))
    list(conversation.agent_responses.words_arrived(e.WordsArrived("r1", "i2", "Never sent.")))
    list(conversation.agent_responses.ended(e.ResponseEnded("r1", "completed"), 101.5))
    assert conversation.opening_lines == ("i1",)
