"""How long the caller waited, as stories."""

from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits
from tests.realtime.bridge.driver import Story, lines, sound


def test_a_turn_is_timed_on_the_carriers_clock() -> None:
    call = Story(CallConfig(), Limits(silence_ms=500)).talking()
    call.happens(e.CallerSpoke(sound(20), 0))
    call.now += 10
    call.happens(e.CallerSpoke(sound(20), 12_000), e.CallerStarted("u1", 10_000), e.CallerFinished("u1", 11_500))
    call.happens(e.ResponseStarted("r1"), e.AudioArrived("r1", "i1", sound(200)), e.AudioEnded("i1"))
    (line,) = [x for x in lines(call.echo_all()) if x.item_id == "i1"]
    assert line.timing is not None
    assert (line.started_ms, line.timing.first_audio_ms) == (12_000, 1000)


def test_a_turn_knows_how_long_the_caller_waited() -> None:
    call = Story(CallConfig(), Limits(silence_ms=500)).talking()
    call.happens(e.ResponseStarted("r0"), e.AudioArrived("r0", "i0", sound(200)), e.ResponseEnded("r0", "completed"))
    call.echo_all()
    call.happens(e.CallerSpoke(sound(20), 0))
    call.now = 110.0
    call.happens(e.CallerStarted("u1", 8000))
    call.now = 112.0
    call.happens(e.CallerFinished("u1", 11900))
    call.now = 112.3
    call.happens(e.ResponseStarted("r1"))
    call.now = 112.5
    call.happens(e.AudioArrived("r1", "i1", sound(200)), e.AudioEnded("i1"))
    (line,) = [x for x in lines(call.echo_all()) if x.item_id == "i1"]
    assert line.timing == a.Timing(endpoint_ms=400, response_ms=700, first_audio_ms=900, audible_ms=900)
