"""A session that stays open and no longer reacts, as stories."""

from realtime.bridge.bridge import Phase
from realtime.bridge.liveness import CREDIT_FRAMES, UNNOTICED_FRAMES
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import Limits
from tests.realtime.bridge.driver import CONFIG, FILLER, Story, kinds, noise, notes


def quiet(*, reconnects: int = 1) -> Story:
    """The agent has spoken, and the next move is the caller's."""
    call = Story(CONFIG, Limits(reconnects=reconnects)).talking()
    call.wait(Limits().lead_in_s)
    call.agent_says("r1", "i1", 200)
    call.echo_all()
    call.wait(1.0)
    return call


def unnoticed(call: Story, frames: int = UNNOTICED_FRAMES) -> list[a.Action]:
    """The caller is heard for so many frames, and the model says nothing of it."""
    done: list[a.Action] = []
    for _ in range(frames):
        call.happens(e.CallerSpoke(noise(20)))
        done += call.wait(0.02)
    return done


def test_a_session_that_does_not_notice_the_caller_is_asked_for_a_sign_of_life_and_replaced_without_one() -> None:
    call = quiet()
    unnoticed(call)
    assert kinds(call.wait(Limits().liveness_s)) == ["Probe"]
    assert kinds(call.wait(Limits().probe_s)) == ["Reconnect"]
    asked = [x for x in call.happens(e.ModelConnected(), e.ModelReady()) if isinstance(x, a.Respond)]
    assert [ask.direction for ask in asked] == [CONFIG.direct_repeat]
    assert "reconnecting" in notes(call.actions)


def test_one_that_gives_a_sign_stays_and_is_not_asked_again_soon() -> None:
    call = quiet()
    unnoticed(call)
    call.wait(Limits().liveness_s)
    call.happens(e.ModelReady())
    assert kinds(unnoticed(call, CREDIT_FRAMES)) == []
    assert kinds(unnoticed(call, 2 * UNNOTICED_FRAMES)) == ["Probe"]
    assert call.bridge.phase is Phase.TALKING


def test_a_model_that_notices_the_caller_is_not_asked() -> None:
    call = quiet()
    unnoticed(call, UNNOTICED_FRAMES - 1)
    call.happens(e.CallerStarted("u1", 0))
    assert "Probe" not in kinds(unnoticed(call, 2 * UNNOTICED_FRAMES))


def test_without_another_attempt_the_call_steps_down() -> None:
    call = quiet(reconnects=0)
    unnoticed(call)
    call.wait(Limits().liveness_s)
    assert call.wait(Limits().probe_s)[-1] == a.FallBack("mute")


def test_while_it_is_replaced_the_caller_hears_a_recorded_word_in_time() -> None:
    call = quiet()
    unnoticed(call)
    assert kinds(call.wait(Limits().silence_filler_s)) == ["Probe", "Reconnect", *["Play"] * len(FILLER.audio)]
