"""The caller's audio in a Realtime session: the input buffer with its turn detection, and transcription.

Decided here: where a turn begins and ends and what was said in it. Imported by ``session``. Tests:
``tests/sandbox/openai/realtime/input_audio/``.
"""
