"""A line's sound: what is queued comes out once, in order, on time."""

import asyncio
import time
import weakref
from functools import partial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sandbox.audio import Pcm
from sandbox.twilio.line.leg import FRAME, Clock, Leg, Playback

SOUND = st.lists(st.integers(1, 30_000), min_size=1, max_size=700).map(lambda values: np.array(values, np.int16))


@given(sounds=st.lists(SOUND, max_size=6))
def test_queued_sounds_come_out_whole_and_in_order(sounds: list[Pcm]) -> None:
    playback, frames = Playback(), []
    for sound in sounds:
        playback.put(sound)

    while not playback.empty:
        frames.append(playback.frame())

    queued = np.concatenate([*sounds, np.zeros(0, np.int16)])
    heard = np.concatenate([*frames, np.zeros(0, np.int16)])
    assert np.array_equal(heard[: len(queued)], queued)
    assert not heard[len(queued) :].any()
    assert len(heard) - len(queued) < FRAME


@given(lengths=st.lists(st.integers(1, 900), min_size=1, max_size=6))
def test_a_bookmark_is_passed_when_the_sound_before_it_is_out(lengths: list[int]) -> None:
    playback, passed, heard = Playback(), list[tuple[int, int]](), [0]
    for index, length in enumerate(lengths):
        playback.put(np.ones(length, np.int16))
        playback.bookmark(partial(lambda index: passed.append((index, heard[0])), index))

    while not playback.empty:
        playback.frame()
        heard[0] += FRAME

    assert [index for index, _ in passed] == list(range(len(lengths)))
    for index, at in passed:
        assert at >= sum(lengths[: index + 1]) - FRAME


def test_clear_drops_sound_and_passes_bookmarks_in_order() -> None:
    playback, passed = Playback(), list[str]()
    for name in "ab":
        playback.put(np.ones(8000, np.int16))
        playback.bookmark(partial(passed.append, name))

    playback.clear()

    assert passed == ["a", "b"]
    assert playback.empty
    assert not playback.frame().any()


async def test_the_clock_makes_good_what_a_stall_cost() -> None:
    leg, clock = Leg(), Clock()
    clock.add(leg)
    began = time.monotonic()
    running = asyncio.create_task(clock.run())

    await asyncio.sleep(0.1)
    time.sleep(0.4)  # noqa: ASYNC251 - the stall
    await asyncio.sleep(0.3)
    elapsed = time.monotonic() - began
    running.cancel()

    assert abs(leg.milliseconds / 1000 - elapsed) < 0.15


async def test_a_bridged_leg_plays_what_the_other_says_in_the_same_tick() -> None:
    clock, parent, child = Clock(), Leg(), Leg()
    heard: list[Pcm] = []
    clock.add(parent)
    clock.add(child)
    parent.inbound.append(child.player.put)
    child.inbound.append(parent.player.put)
    parent.outbound.append(heard.append)
    child.mouth.put(np.full(FRAME * 3, 7, np.int16))

    for _ in range(4):
        clock.tick()

    assert [int(frame[0]) for frame in heard] == [7, 7, 7, 0]


async def test_waiting_is_measured_in_the_lines_own_time() -> None:
    leg, clock = Leg(), Clock()
    clock.add(leg)
    waiting = asyncio.create_task(leg.wait(0.1))
    await asyncio.sleep(0)

    for _ in range(4):
        clock.tick()
    await asyncio.sleep(0)
    assert not waiting.done()

    clock.tick()
    await asyncio.wait_for(waiting, 1)


def test_a_line_that_is_over_holds_nobody_who_listened() -> None:
    class Ear:
        def __call__(self, frame: Pcm) -> None: ...

    leg, ear = Leg(), Ear()
    gone = weakref.ref(ear)
    leg.outbound.append(ear)
    leg.inbound.append(ear)
    leg.player.bookmark(lambda: None)
    leg.play()
    del ear

    leg.hang_up()

    assert gone() is None
    assert (leg.milliseconds, leg.player.empty) == (20, True)
