"""A voice, an ear and a sense for the end of a sentence: installed wheels only, no network."""

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
