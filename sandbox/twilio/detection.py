"""Answering-machine detection: a verdict after a while, from who the phone book says picks up."""

from sandbox.callers.persona import load
from sandbox.services import Services
from sandbox.twilio.phonebook import Entry
from sandbox.twilio.records import Call
from sandbox.twilio.transport import Form

_MACHINES = {"Enable": "machine_start", "DetectMessageEnd": "machine_end_beep"}


class Detector:
    """``await detector.verdict()``: the parameters AMD adds to a request, in the time of the line's own clock."""

    def __init__(self, call: Call, entry: Entry, services: Services) -> None:
        self._call, self._entry, self._config = call, entry, services.config

    async def verdict(self) -> Form:
        answered_by = self._answered_by()
        took = self._config.amd_human_ms if answered_by == "human" else self._config.amd_machine_ms
        limit = round(self._call.options.detection.timeout * 1000)
        if took > limit:
            answered_by, took = "unknown", limit
        await self._call.leg.wait(took / 1000)
        self._call.answered_by = answered_by
        self._call.log("answered_by", verdict=answered_by, ms=took)
        return (("AnsweredBy", answered_by), ("MachineDetectionDuration", str(took)))

    def _answered_by(self) -> str:
        kind = self._entry.answers_as or _kind(self._entry)
        return _MACHINES[self._call.options.detection.mode] if kind == "machine" else kind


def _kind(entry: Entry) -> str:
    machine = entry.script is None and load(entry.persona).role == "machine"
    return "machine" if machine else "human"
