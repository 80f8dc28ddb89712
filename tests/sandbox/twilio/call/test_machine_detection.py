"""When a verdict on who answered is told."""

import asyncio

import numpy as np

from sandbox.config import Config
from sandbox.services import Services
from sandbox.twilio.call.machine_detection import Detector
from sandbox.twilio.call.resource import Call, Detection, Options
from sandbox.twilio.line.leg import FRAME

ASYNC = Options(detection=Detection("Enable", asynchronous=True))


def a_call(options: Options = ASYNC) -> Call:
    return Call("AC1", "+15125550101", "+15125550100", options)


async def test_of_a_call_that_is_over_nothing_is_told():
    call = a_call()
    call.over.set()
    assert await Detector(call, Services(Config())).verdict() == ()


async def test_silence_is_unknown_after_twilios_time_and_the_extra_one():
    call = a_call(Options(detection=Detection("Enable")))
    verdict = asyncio.create_task(Detector(call, Services(Config(amd_extra_ms=500))).verdict())
    while not verdict.done():
        call.leg.mouth.put(np.zeros(FRAME, np.int16))
        call.leg.hear()
        call.leg.play()
        await asyncio.sleep(0)
    form = dict(verdict.result())
    assert form["AnsweredBy"] == "unknown"
    assert 5000 <= int(form["MachineDetectionDuration"]) <= 6000


async def test_a_fault_tells_another_verdict_after_the_call():
    services, call = Services(Config()), a_call()
    services.faults.add("amd.after_hang_up", seconds=0.0)
    services.faults.add("amd.wrong", verdict="fax")
    call.over.set()
    assert dict(await Detector(call, services).verdict())["AnsweredBy"] == "fax"
