"""Echo guard: our own voice, coming back from the caller's phone, is not the caller."""

import base64
from itertools import pairwise

import pytest

from realtime.bridge.audio.echo import ECHO_S, HOLD_S, EchoGuard
from realtime.bridge.audio.mulaw import QUIET, loudness, silence, size
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase
from tests.realtime.bridge.driver import CONFIG, START, Story, notes
from tests.realtime.bridge.sounds import Samples, later, mulaw, pieces, softer, voice

AGENT = voice(4.0, pitch=210.0)


def heard_by_the_model(microphone: Samples, guard: EchoGuard | None = None, *, starts_late: float = 0.1) -> list[str]:
    """What is left of a microphone's sound while the agent speaks, whose sound came in one go."""
    guard = guard or EchoGuard(Limits().echo_db)
    ends_at = 10.0
    for delta in pieces(AGENT, 200):
        ends_at += 0.2
        guard.played(delta, ends_at)
    late = later(microphone, starts_late)
    return [guard.clean(frame, 10.0 + n * 0.02) for n, frame in enumerate(pieces(late), 1)]


def loud(frames: list[str]) -> int:
    return sum(loudness(frame) > QUIET for frame in frames)


@pytest.mark.parametrize("seconds", [0.02, 0.15, 0.3, 0.6])
@pytest.mark.parametrize("db", [24, 30, 40])
def test_an_echo_is_not_heard_however_late_it_comes(db: float, seconds: float) -> None:
    assert loud(heard_by_the_model(later(softer(AGENT, db), seconds))) == 0


def test_without_the_guard_the_model_hears_that_echo() -> None:
    echo = later(softer(AGENT, 24), 0.3)
    assert loud(heard_by_the_model(echo, EchoGuard(0))) > 40


@pytest.mark.parametrize("db", [0, 6, 12])
def test_a_caller_over_the_agent_is_heard_also_when_they_are_soft(db: float) -> None:
    caller = softer(voice(4.0, pitch=110.0, seed=3), db)
    both = list(pieces(later(caller + later(softer(AGENT, 30), 0.2), 0.1)))
    kept = heard_by_the_model(caller + later(softer(AGENT, 30), 0.2))
    assert loud(kept) >= 0.95 * loud(both)


def test_the_first_loud_frame_of_a_caller_passes_untouched() -> None:
    guard = EchoGuard(Limits().echo_db)
    for n, delta in enumerate(pieces(AGENT, 200), 1):
        guard.played(delta, 10.0 + n * 0.2)
    (frame,) = pieces(voice(0.04, seed=7)[160:])
    assert guard.clean(frame, 11.0) is frame


def test_soft_sounds_of_the_caller_pass_for_a_moment_after_loud_ones() -> None:
    guard = EchoGuard(Limits().echo_db)
    for n, delta in enumerate(pieces(AGENT, 200), 1):
        guard.played(delta, 10.0 + n * 0.2)
    loud_one, soft_one = (base64.b64encode(bytes([code]) * 160).decode() for code in (0x90, 0xE0))
    guard.clean(loud_one, 11.0)
    assert guard.clean(soft_one, 11.0 + HOLD_S - 0.02) is soft_one
    assert guard.clean(soft_one, 11.0 + HOLD_S) == silence(160)
    assert guard.silenced == 1


def test_what_was_thrown_away_has_no_echo() -> None:
    guard = EchoGuard(Limits().echo_db)
    guard.played(base64.b64encode(b"\x90" * 16000).decode(), 12.0)
    guard.stopped(10.5)
    soft = base64.b64encode(b"\xd0" * 160).decode()
    assert guard.clean(soft, 10.5 + ECHO_S) == silence(160)
    assert guard.until == 10.5 + ECHO_S
    assert guard.clean(soft, 10.5 + ECHO_S + 0.05) is soft


def test_a_pause_of_the_agent_hides_nobody() -> None:
    guard = EchoGuard(Limits().echo_db)
    guard.played(base64.b64encode(b"\x90" * 8000 + b"\xff" * 8000).decode(), 12.0)
    soft = base64.b64encode(b"\xd0" * 160).decode()
    assert guard.clean(soft, 11.5) == silence(160)
    assert guard.clean(soft, 11.95) is soft


def test_silence_has_the_length_of_what_it_replaces() -> None:
    guard = EchoGuard(Limits().echo_db)
    guard.played(base64.b64encode(b"\x90" * 1600).decode(), 10.2)
    frame = base64.b64encode(b"\xf0" * 333).decode()
    assert size(guard.clean(frame, 10.1)) == 333
    assert guard.clean("/w=", 10.1) == silence(size("/w="))


def test_levels_six_db_apart_differ_by_a_constant_factor() -> None:
    loudnesses = [loudness(next(pieces(softer(voice(1.0), db), 1000))) for db in (0, 6, 12, 18)]
    ratios = [louder / less for louder, less in pairwise(loudnesses)]
    assert ratios == [pytest.approx(1.41, abs=0.08)] * 3


# --- in a call ------------------------------------------------------------------------------------------------------


def listened(actions: list[a.Action]) -> list[str]:
    return [action.audio for action in actions if isinstance(action, a.Listen)]


def test_the_model_does_not_hear_the_agents_echo_and_hears_everything_once_that_is_over() -> None:
    call = Story(CONFIG).talking()
    call.wait(ECHO_S)
    call.happens(e.ResponseStarted("r1"), *(e.AudioArrived("r1", "i1", delta) for delta in pieces(AGENT, 200)))
    echo = list(pieces(later(softer(AGENT, 26), 0.25)))
    for frame in echo[:150]:
        call.wait(0.02)
        call.happens(e.CallerSpoke(frame))
    assert loud(listened(call.actions)) == 0
    assert len(listened(call.actions)) == 150
    call.wait(4.0 + ECHO_S - 2.9)
    assert listened(call.happens(e.CallerSpoke(echo[140]))) == [echo[140]]
    assert "echo_silenced" in notes(call.happens(e.StreamStopped()))


def test_an_echo_of_the_disclosure_is_not_in_what_was_kept_for_the_model() -> None:
    call = Story(CallConfig(opening=Phrase.of("Hi, I am an AI assistant.", mulaw(AGENT))))
    call.happens(START, e.ModelReady())
    for frame in pieces(later(softer(AGENT, 26), 0.25)):
        call.wait(0.02)
        call.happens(e.CallerSpoke(frame))
    (kept,) = listened(call.echo_all())
    assert loudness(kept) < 1


def test_a_line_can_do_without_the_guard() -> None:
    call = Story(CONFIG, Limits(echo_db=0)).talking()
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", next(pieces(AGENT, 4000))))
    call.wait(1.0)
    soft = next(pieces(softer(AGENT, 40), 20))
    assert listened(call.happens(e.CallerSpoke(soft))) == [soft]
