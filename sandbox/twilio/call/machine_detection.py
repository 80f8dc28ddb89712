"""Answering-machine detection (AMD) on a call: listens after the answer and reports who answered."""

import asyncio

from sandbox.faults import Fault
from sandbox.services import Services
from sandbox.twilio.call.faults import strikes
from sandbox.twilio.call.flow_control import Form
from sandbox.twilio.call.resource import Call
from sandbox.twilio.line.machine_classifier import Classifier

_GLANCE_SECONDS = 0.02


class Detector:
    """``await detector.verdict()``: the parameters AMD adds to a request, in the time of the line's own clock."""

    def __init__(self, call: Call, services: Services) -> None:
        self._call, self._services, self._extra_ms = call, services, services.config.amd_extra_ms
        self._limits = call.options.detection.thresholds
        self._asynchronous = call.options.detection.asynchronous
        self._to_the_end = call.options.detection.mode == "DetectMessageEnd"

    async def verdict(self) -> Form:
        """The parameters; () when the call is over before a verdict."""
        over = asyncio.ensure_future(self._call.over.wait())
        if self._asynchronous and (fault := strikes(self._services, self._call, "amd.after_hang_up")):
            await over
            return await self._after_the_end(fault)
        listening = asyncio.ensure_future(self._listened())
        try:
            await asyncio.wait({over, listening}, return_when=asyncio.FIRST_COMPLETED)
            return self._told(*listening.result()) if listening.done() else ()
        finally:
            over.cancel()
            listening.cancel()

    async def _listened(self) -> tuple[str, int]:
        """The verdict, and the milliseconds since the answer."""
        leg, classifier = self._call.leg, Classifier(self._limits, to_the_end=self._to_the_end)
        (taps := leg.inbound).append(classifier.feed)
        try:
            while not classifier.verdict:
                await leg.wait(_GLANCE_SECONDS)
        finally:
            taps.remove(classifier.feed)
        late = strikes(self._services, self._call, "amd.late")
        extra_ms = self._extra_ms + (round(late.number("seconds") * 1000) if late else 0)
        await leg.wait(extra_ms / 1000)
        return classifier.verdict, classifier.now_ms + extra_ms

    async def _after_the_end(self, fault: Fault) -> Form:
        """A verdict for a call that is over; any will do."""
        await asyncio.sleep(fault.number("seconds"))
        return self._told("unknown", self._call.leg.milliseconds)

    def _told(self, verdict: str, took: int) -> Form:
        wrong = strikes(self._services, self._call, "amd.wrong")
        answered_by = wrong.text("verdict") if wrong else verdict
        self._call.answered_by = answered_by
        self._call.log("answered_by", verdict=answered_by, ms=took)
        return (("AnsweredBy", answered_by), ("MachineDetectionDuration", str(took)))
