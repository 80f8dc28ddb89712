"""Word errors of the sandbox's recognizer per voice and noise, and how fast it is."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from sandbox.audio import SPEECH_HZ, TELEPHONE_HZ, Pcm, dbfs, resample, rms
from sandbox.speech import Speech
from sandbox.twilio.line.background_noise import street
from sandbox.twilio.line.leg import through_the_line
from tests.speech.sentences import SENTENCES
from tests.speech.wording import word_errors

# The voices of the people and of the agent; the vendors' names are the same voice at pitches between these.
VOICES = ("buyer", "seller", "staff", "agent")
# Decibels between the voice and the street; None is a quiet room.
DISTANCES: tuple[int | None, ...] = (None, 20, 10, 5)
_EDGE_SECONDS = 0.3
_FRAME = TELEPHONE_HZ // 50


@dataclass
class Cell:
    """One voice at one distance from the street."""

    voice: str
    distance_db: int | None
    said: list[str] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    sound_seconds: float = 0.0
    work_seconds: float = 0.0

    def as_row(self) -> dict[str, object]:
        return {
            "voice": self.voice,
            "snr_db": self.distance_db,
            "sentences": len(self.said),
            "wer": round(word_errors(self.said, self.understood), 4),
            "not_heard": sum(not text for text in self.understood),
            "confidence": round(float(np.mean(self.confidence)), 3),
            "real_time_factor": round(self.work_seconds / self.sound_seconds, 4),
        }


async def measured(speech: Speech, *, sentences: Sequence[str] = SENTENCES) -> list[dict[str, object]]:
    """A row for each voice and distance."""
    cells = [Cell(voice, distance) for voice in VOICES for distance in DISTANCES]
    for cell in cells:
        for number, text in enumerate(sentences):
            await _try(speech, cell, text, number)
    return [cell.as_row() for cell in cells]


async def _try(speech: Speech, cell: Cell, text: str, number: int) -> None:
    voice = resample(await speech.speak(text, voice=cell.voice), SPEECH_HZ, TELEPHONE_HZ)
    sound = on_the_street(voice, cell.distance_db, start=number * TELEPHONE_HZ)
    began = time.perf_counter()
    heard = await speech.recognize(sound)
    cell.work_seconds += time.perf_counter() - began
    cell.sound_seconds += len(sound) / TELEPHONE_HZ
    cell.said.append(text)
    cell.understood.append(heard.text)
    cell.confidence.append(heard.confidence)


def on_the_street(voice: Pcm, distance_db: int | None, *, start: int = 0) -> Pcm:
    """The voice with a moment of quiet at both ends, the street so far below it, through the telephone."""
    edge = np.zeros(int(_EDGE_SECONDS * TELEPHONE_HZ), np.int16)
    sound = np.concatenate([edge, voice, edge])
    if distance_db is None:
        return through_the_line(sound)
    noise = np.roll(street(speaking_level(voice) - distance_db), -start)
    behind = np.resize(noise, len(sound))
    return through_the_line(np.clip(sound.astype(np.int32) + behind, -32768, 32767).astype(np.int16))


def speaking_level(voice: Pcm) -> float:
    """dBFS over the 20 ms frames within 30 dB of the loudest, so that pauses do not count."""
    frames = [voice[at : at + _FRAME] for at in range(0, len(voice) - _FRAME, _FRAME)]
    loudest = max(map(rms, frames))
    return dbfs(np.concatenate([frame for frame in frames if rms(frame) > loudest / 31.6]))


def table(rows: Sequence[dict[str, object]]) -> Iterator[str]:
    """Voices down, distances across: word errors, in brackets the mean confidence."""
    names = ["quiet room" if distance is None else f"street {distance} dB below" for distance in DISTANCES]
    yield f"{'voice':8}" + "".join(f"{name:>22}" for name in names)
    for voice in VOICES:
        cells = [row for row in rows if row["voice"] == voice]
        told = [f"{float(str(row['wer'])):.1%} ({row['confidence']})" for row in cells]
        yield f"{voice:8}" + "".join(f"{one:>22}" for one in told)
    factors = [float(str(row["real_time_factor"])) for row in rows]
    yield f"recognition takes {min(factors):.3f} to {max(factors):.3f} of the sound's own time"
