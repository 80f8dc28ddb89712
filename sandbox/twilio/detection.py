"""Answering-machine detection: a verdict on who answered, from what is heard on the line, and when it is told."""

import asyncio

from sandbox.services import Services
from sandbox.twilio.machines import Classifier
from sandbox.twilio.records import Call
from sandbox.twilio.transport import Form

_GLANCE_SECONDS = 0.02


class Detector:
    """``await detector.verdict()``: the parameters AMD adds to a request, in the time of the line's own clock."""

    def __init__(self, call: Call, services: Services) -> None:
        self._call, self._extra_ms = call, services.config.amd_extra_ms
        self._limits = call.options.detection.thresholds
        self._to_the_end = call.options.detection.mode == "DetectMessageEnd"

    async def verdict(self) -> Form:
        """() when the call is over before anything can be said of it."""
        over = asyncio.ensure_future(self._call.over.wait())
        listening = asyncio.ensure_future(self._listened())
        try:
            await asyncio.wait({over, listening}, return_when=asyncio.FIRST_COMPLETED)
            return self._told(*listening.result()) if listening.done() else ()
        finally:
            over.cancel()
            listening.cancel()

    async def _listened(self) -> tuple[str, int]:
        """The verdict, and the ms since the answer."""
        leg, ear = self._call.leg, Classifier(self._limits, to_the_end=self._to_the_end)
        leg.inbound.append(ear.feed)
        try:
            while not ear.verdict:
                await leg.wait(_GLANCE_SECONDS)
        finally:
            leg.inbound.remove(ear.feed)
        await leg.wait(self._extra_ms / 1000)
        return ear.verdict, ear.now_ms + self._extra_ms

    def _told(self, answered_by: str, took: int) -> Form:
        self._call.answered_by = answered_by
        self._call.log("answered_by", verdict=answered_by, ms=took)
        return (("AnsweredBy", answered_by), ("MachineDetectionDuration", str(took)))
