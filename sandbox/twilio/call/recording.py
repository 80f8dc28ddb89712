"""Recordings as real WAV files, both channels cut from the same ticks, so that they are aligned to the sample.

Channel 1 is what Twilio receives on the leg that is recorded (the party called), channel 2 what Twilio plays to it; for
``<Dial record>`` the parent's and the child's voice ("the first channel contains the parent call and the second the
child call", https://www.twilio.com/docs/voice/api/recording).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from sandbox.audio import TELEPHONE_HZ, Pcm, dbfs, wav_bytes
from sandbox.twilio.call.resource import API_VERSION, Call, RecordingOptions, new_sid, rfc2822
from sandbox.twilio.line.leg import FRAME, SILENCE, Leg, Tap

_QUIET_DBFS = -50.0
PRICE_PER_MINUTE = 0.0025


@dataclass(eq=False)
class Recording:
    """The Recording resource. ``path`` exists when ``status`` is "completed"."""

    call: Call
    options: RecordingOptions
    path: Path
    sid: str = field(default_factory=lambda: new_sid("RE"))
    status: str = "in-progress"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0

    @property
    def channels(self) -> int:
        """One track alone is always mono, whatever was asked."""
        return self.options.channels if self.options.track == "both" else 1

    @property
    def uri(self) -> str:
        return f"/{API_VERSION}/Accounts/{self.call.account_sid}/Recordings/{self.sid}.json"

    @property
    def duration(self) -> str:
        """Whole seconds, rounded, at least 1 for anything audible; -1 while it is not known."""
        return str(max(1, round(self.seconds))) if self.status == "completed" else "-1"

    def as_json(self, media_base: str) -> dict[str, Any]:
        """The Recording resource of the account."""
        below = self.uri.removesuffix(".json")
        lists = {"add_on_results": f"{below}/AddOnResults.json", "transcriptions": f"{below}/Transcriptions.json"}
        return self._common() | {"media_url": media_base + below, "subresource_uris": lists}

    def as_json_of_call(self) -> dict[str, Any]:
        """The Recording resource below its call: it names the track and has no media address."""
        return self._common() | {"track": self.options.track}

    def _common(self) -> dict[str, Any]:
        price = -PRICE_PER_MINUTE * -(-self.seconds // 60)
        return {
            "sid": self.sid,
            "account_sid": self.call.account_sid,
            "call_sid": self.call.sid,
            "conference_sid": None,
            "status": self.status,
            "channels": self.channels,
            "source": self.options.source,
            "duration": self.duration,
            "start_time": rfc2822(self.created),
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "price": f"{price:.5f}" if self.status == "completed" else None,
            "price_unit": "USD",
            "error_code": None,
            "encryption_details": None,
            "api_version": API_VERSION,
            "uri": self.uri,
        }

    def callback_form(self, media_base: str) -> tuple[tuple[str, str], ...]:
        """The parameters of a recordingStatusCallback."""
        return (
            ("AccountSid", self.call.account_sid),
            ("CallSid", self.call.sid),
            ("RecordingSid", self.sid),
            ("RecordingUrl", media_base + self.uri.removesuffix(".json")),
            ("RecordingStatus", self.status),
            ("RecordingDuration", self.duration),
            ("RecordingChannels", str(self.channels)),
            ("RecordingStartTime", rfc2822(self.created) or ""),
            ("RecordingSource", self.options.source),
            ("RecordingTrack", self.options.track),
            ("ErrorCode", "0"),
        )


class _Channel:
    """One side of a recording; a tap. ``behind`` says how many frames it missed when its first one comes."""

    def __init__(self, behind: Callable[[], int] = lambda: 0) -> None:
        self.frames: list[Pcm] = []
        self.paused = False
        self._behind = behind
        self._taps: list[Tap] = []

    def attach(self, taps: list[Tap]) -> None:
        self._taps = taps
        taps.append(self)

    def __call__(self, frame: Pcm) -> None:
        if not self.frames:
            self.frames += [SILENCE] * self._behind()
        self.frames.append(SILENCE if self.paused else frame)

    def detach(self) -> None:
        if self in self._taps:
            self._taps.remove(self)

    def sound(self, frames: int) -> Pcm:
        sound = np.concatenate(self.frames[:frames]) if self.frames else np.zeros(0, np.int16)
        return np.pad(sound, (0, frames * FRAME - len(sound)))


class Recorder:
    """Records both sides of a line, or the near sides of two, from now until ``finish``."""

    def __init__(self, recording: Recording, leg: Leg, *, tell: Callable[[Recording], None]) -> None:
        self.recording = recording
        self._first = _Channel()
        self._second = _Channel(behind=lambda: len(self._first.frames) - 1)
        self._tell = tell
        self._told = ""
        self._first.attach(leg.inbound)

    def hear_played(self, leg: Leg) -> None:
        """The second channel is what is played to this leg's person."""
        self._second.attach(leg.outbound)

    def join(self, leg: Leg) -> None:
        """The second channel is what the person on this other leg says."""
        self._second.attach(leg.inbound)

    def pause(self, *, paused: bool) -> None:
        """Twilio's ``PauseBehavior=silence``: the time passes, the sound is left out."""
        self._first.paused = self._second.paused = paused
        self.recording.status = "paused" if paused else "in-progress"

    def finish(self) -> Recording:
        """Writes the file; a second call does nothing."""
        if self.recording.status not in ("completed", "absent"):
            self._first.detach()
            self._second.detach()
            self._write()
        return self.recording

    def tell(self) -> None:
        """Reports each status once."""
        if self._told != self.recording.status:
            self._told = self.recording.status
            self._tell(self.recording)

    def _write(self) -> None:
        recording, sound = self.recording, self._mixed()
        recording.seconds = len(sound) / TELEPHONE_HZ
        recording.updated = datetime.now(UTC)
        if len(sound):
            recording.path.write_bytes(wav_bytes(sound, TELEPHONE_HZ))
        recording.status = "completed" if len(sound) else "absent"

    def _mixed(self) -> Pcm:
        frames = max(len(self._first.frames), len(self._second.frames))
        inbound, outbound = self._first.sound(frames), self._second.sound(frames)
        options = self.recording.options
        if options.track != "both":
            return _trimmed(inbound if options.track == "inbound" else outbound, options.trim)
        if options.channels == 2:
            return np.stack([inbound, outbound], axis=1)
        return _trimmed(mix(inbound, outbound), options.trim)


def mix(first: Pcm, second: Pcm) -> Pcm:
    """Two voices on one channel, clipped rather than wrapped."""
    return np.clip(first.astype(np.int32) + second.astype(np.int32), -32768, 32767).astype(np.int16)


def _trimmed(sound: Pcm, trim: bool) -> Pcm:
    """Without the quiet frames at both ends when ``trim`` is asked for."""
    if not trim:
        return sound
    frames = [sound[start : start + FRAME] for start in range(0, len(sound), FRAME)]
    loud = [index for index, frame in enumerate(frames) if dbfs(frame) > _QUIET_DBFS]
    return sound[loud[0] * FRAME : (loud[-1] + 1) * FRAME] if loud else sound[:0]
