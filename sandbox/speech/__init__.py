"""Speech without a network: synthesis, recognition and voice activity detection from installed wheels.

Decided here: how the sandbox speaks and understands. Imported by ``services``, the vendors' packages and ``app``.
Tests: ``tests/sandbox/speech/``.
"""

from sandbox.speech.endpointing import Endpointer, SpeechStarted, SpeechStopped
from sandbox.speech.engine import Speech
from sandbox.speech.results import Recognition, Segment
from sandbox.speech.voices import VOICES, Voice, voice_named

__all__ = [
    "VOICES",
    "Endpointer",
    "Recognition",
    "Segment",
    "Speech",
    "SpeechStarted",
    "SpeechStopped",
    "Voice",
    "voice_named",
]
