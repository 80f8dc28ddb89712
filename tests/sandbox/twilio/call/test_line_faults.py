"""Faults of a line's sound and keys, frame by frame."""

from typing import Any

import numpy as np

from sandbox.config import Config
from sandbox.services import Services
from sandbox.twilio.call.line_faults import LineFaults
from sandbox.twilio.call.resource import Call
from sandbox.twilio.line.leg import FRAME
from sandbox.twilio.task_supervisor import TaskSupervisor


def line_with(name: str, **params: Any) -> Call:
    services, call = Services(Config()), Call("AC1", "+15125550101", "+15125550100")
    services.faults.add(name, **params)
    LineFaults(call, services, TaskSupervisor(services.complaints), voice="buyer").attach()
    return call


def heard(call: Call, frames: int, *, played: int = 0) -> list[bool]:
    """Whether each frame that reached Twilio carried sound, while so many frames were played."""
    loud: list[bool] = []
    call.leg.inbound.append(lambda frame: loud.append(bool(np.abs(frame.astype(int)).max() > 500)))
    call.leg.player.put(np.full(FRAME * played, 8000, np.int16))
    for _ in range(frames):
        call.leg.hear()
        call.leg.play()
    return loud


async def test_static_lies_over_silence_for_as_long_as_asked():
    assert heard(line_with("line.static", seconds=0.1), 10) == [True] * 5 + [False] * 5


async def test_an_echo_comes_back_late():
    loud = heard(line_with("line.echo", delay_ms=60), 20, played=5)
    assert loud.count(True) == 5
    assert loud.index(True) >= 3


async def test_a_key_becomes_a_tone_and_no_signal():
    call, keys = line_with("line.inband_keys"), list[str]()
    call.leg.keys.append(keys.append)
    call.leg.press("5")
    assert keys == []
    assert True in heard(call, 10)


async def test_without_a_fault_nothing_changes():
    call = Call("AC1", "+15125550101", "+15125550100")
    services = Services(Config())
    LineFaults(call, services, TaskSupervisor(services.complaints), voice="buyer").attach()
    assert heard(call, 10) == [False] * 10
