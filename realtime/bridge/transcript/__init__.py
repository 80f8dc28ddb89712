"""What was said, as it was heard: the transcript's lines, their order, and the audio on its way in either direction.

Decided here: which words the transcript may claim the caller heard, and which sound the model hears. The turns and the
bridge may import it. Tests: `tests/realtime/bridge/transcript`.
"""
