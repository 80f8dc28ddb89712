"""The caller's frames: kept while no model hears them, then forwarded, and our own echo among them silenced."""

import pytest

from realtime.bridge.transcript.agent_audio import AgentAudio
from realtime.bridge.transcript.caller_audio import CallerAudio
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary.call_config import Limits
from tests.realtime.bridge.driver import noise, sound


@pytest.fixture
def agent() -> AgentAudio:
    audio = AgentAudio(echo_db=18.0)
    audio.start_clock(100.0)
    return audio


@pytest.fixture
def caller(agent: AgentAudio) -> CallerAudio:
    return CallerAudio(agent, Limits())


def test_frames_are_kept_until_a_model_hears_them_and_then_come_first_once(caller: CallerAudio) -> None:
    assert caller.receive(sound(20), 20, 100.02) == ""
    assert caller.receive(sound(20), 40, 100.04) == ""
    assert list(caller.start(100.05)) == [a.Listen(sound(40))]
    assert caller.receive(sound(20), 60, 100.06) == sound(20)
    assert list(caller.start(100.07)) == []


def test_a_model_that_left_hears_nothing(caller: CallerAudio) -> None:
    list(caller.start(100.0))
    caller.stop()
    assert caller.receive(sound(20), 20, 100.02) == ""


def test_the_models_clock_starts_with_the_first_audio_it_was_sent(caller: CallerAudio) -> None:
    assert caller.stream_ms(500) == 500
    caller.receive(sound(20), 2000, 102.0)
    list(caller.start(103.0))
    assert caller.stream_ms(500) == 2500


def test_sound_the_model_does_not_react_to_is_counted_while_it_waits_for_the_caller(caller: CallerAudio) -> None:
    list(caller.start(100.0))
    for frame in (noise(20), sound(20), noise(20)):
        caller.receive(frame, None, 100.5)
    assert (caller.unnoticed_frames, caller.last_sound_at) == (2, 100.5)
    caller.caller_began(100.6)
    caller.receive(noise(20), None, 100.7)
    assert caller.unnoticed_frames == 2
    caller.caller_ended()
    caller.receive(noise(20), None, 100.8)
    assert caller.unnoticed_frames == 3


def test_our_own_echo_is_forwarded_as_silence(caller: CallerAudio, agent: AgentAudio) -> None:
    list(caller.start(100.0))
    agent.play("i1", noise(1000), 100.0)
    assert caller.receive("wMDA", 200, 100.2) == "////"
    assert caller.receive(noise(20), 220, 100.22) == noise(20)
