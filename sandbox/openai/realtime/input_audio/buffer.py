"""The input audio buffer: the audio appended and not yet committed, and its turns. Pure, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sandbox.audio import TELEPHONE_HZ, Pcm, Resampler
from sandbox.openai.realtime.configuration import Settings, silence_ms
from sandbox.openai.realtime.errors import RealtimeError, new_id
from sandbox.openai.realtime.formats import Format
from sandbox.speech import Endpointer, SpeechStarted, SpeechStopped
from sandbox.speech.early_recognition import PAUSE_MS, TAIL_MS

LEAST_COMMIT_MS = 100
# With voice detection on, silence older than this is forgotten.
KEPT_SILENCE_MS = 30_000
_PER_MS = TELEPHONE_HZ // 1000


@dataclass(frozen=True)
class Started:
    """``audio_start_ms`` counts from the first audio of the session and includes the prefix padding."""

    audio_start_ms: int
    item_id: str


@dataclass(frozen=True)
class Stopped:
    """``pcm`` is the whole turn at 8 kHz, prefix and closing silence included; ``voice_end_ms`` its last voice."""

    audio_end_ms: int
    voice_end_ms: int
    item_id: str
    pcm: Pcm


def _acoustics(vad: Settings | None) -> tuple[object, ...]:
    """The settings that decide where a turn begins and ends; the others may change while the caller speaks."""
    if vad is None:
        return ()
    return vad["type"], vad.get("threshold"), vad.get("prefix_padding_ms"), silence_ms(vad)


class InputBuffer:
    """The audio of a session before it becomes user items."""

    def __init__(self, format_: Format, turn_detection: Settings | None) -> None:
        self._pieces: list[Pcm] = []
        self._begin = 0  # samples before the buffer's first one
        self._end = 0
        self._item_id: str | None = None
        self._turn_detection: Settings | None = None
        self._endpointer: Endpointer | None = None
        self._endpointer_begin_ms = 0
        self._format = format_
        self._resampler = Resampler(format_.rate, TELEPHONE_HZ)
        self.configure(format_, turn_detection)

    def configure(self, format_: Format, turn_detection: Settings | None) -> None:
        """Sets the format of the audio to come; a different turn detection starts anew, the same one goes on."""
        if format_ is not self._format:
            self._format = format_
            self._resampler = Resampler(format_.rate, TELEPHONE_HZ)
        same = _acoustics(turn_detection) == _acoustics(self._turn_detection)
        self._turn_detection = turn_detection
        if same:
            return
        self._item_id = None
        self._endpointer = self._new_endpointer()
        self._endpointer_begin_ms = self.end_ms

    def _new_endpointer(self) -> Endpointer | None:
        if self._turn_detection is None:
            return None
        vad = self._turn_detection
        return Endpointer(vad.get("threshold", 0.5), vad.get("prefix_padding_ms", 300), silence_ms(vad))

    @property
    def end_ms(self) -> int:
        """How much audio the session has heard."""
        return self._end // _PER_MS

    @property
    def speaking(self) -> bool:
        return self._item_id is not None

    def append(self, data: bytes) -> Iterator[Started | Stopped]:
        """Adds audio in the session's format; yields what it completed, in order."""
        pcm = self._resampler.feed(self._format.decode(data))
        self._add(pcm)
        if self._endpointer is None:
            return
        for event in self._endpointer.feed(pcm):
            yield self._notice(event)
        self._forget_silence()

    def _add(self, pcm: Pcm) -> None:
        self._pieces.append(pcm)
        self._end += len(pcm)

    def _notice(self, event: SpeechStarted | SpeechStopped) -> Started | Stopped:
        at_ms = self._endpointer_begin_ms + event.at_ms
        if isinstance(event, SpeechStarted):
            self._item_id = new_id("item")
            self._drop_before(at_ms)
            return Started(at_ms, self._item_id)
        item_id, self._item_id = self._item_id or new_id("item"), None
        voice_end_ms = self._endpointer_begin_ms + event.speech_end_ms
        return Stopped(at_ms, voice_end_ms, item_id, self._take_until(at_ms))

    def paused_since(self) -> int | None:
        """When the turn's last voice was, if that is long enough ago to count as a pause."""
        if self._endpointer is None or self._item_id is None:
            return None
        since = self._endpointer_begin_ms + self._endpointer.speech_end_ms
        return since if self.end_ms - since >= PAUSE_MS else None

    def turn_until(self, voice_end_ms: int) -> Pcm:
        """The current turn until shortly after that voice."""
        return self._whole()[: max(0, (voice_end_ms + TAIL_MS) * _PER_MS - self._begin)]

    def commit(self) -> tuple[str, Pcm]:
        """Turns everything in the buffer into an item: its id and its audio at 8 kHz, to the last sample appended."""
        self._add(self._resampler.flush())
        held_ms = (self._end - self._begin) / _PER_MS
        if held_ms < LEAST_COMMIT_MS:
            message = (
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, "
                f"but buffer only has {held_ms:.2f}ms of audio."
            )
            raise RealtimeError(message, "input_audio_buffer_commit_empty")
        item_id, self._item_id = self._item_id or new_id("item"), None
        pcm = self._take_until(self.end_ms)
        self._begin_turns_anew()
        return item_id, pcm

    def take_silence(self, ms: int) -> Pcm:
        """The last ``ms`` of the buffer, which ends up empty."""
        return self._take_until(self.end_ms)[-ms * _PER_MS :]

    def clear(self) -> None:
        self._drop_before(self.end_ms)
        self._item_id = None
        self._begin_turns_anew()

    def _begin_turns_anew(self) -> None:
        self._endpointer = self._new_endpointer()
        self._endpointer_begin_ms = self.end_ms

    def _whole(self) -> Pcm:
        return np.concatenate([np.zeros(0, np.int16), *self._pieces])

    def _drop_before(self, ms: int) -> None:
        self._take_until(ms)

    def _take_until(self, ms: int) -> Pcm:
        whole = self._whole()
        cut = min(len(whole), max(0, ms * _PER_MS - self._begin))
        self._pieces = [whole[cut:]]
        self._begin += cut
        return whole[:cut]

    def _forget_silence(self) -> None:
        if self._item_id is None and self._end - self._begin > 2 * KEPT_SILENCE_MS * _PER_MS:
            self._drop_before(self.end_ms - KEPT_SILENCE_MS)
