"""Text to speech: rendered clips and their cache, sentences, and in `normalization/` the words a voice is given.

Imported by the engines and TwiML; asks the voice through `providers/`. Tests: `tests/calls/speech/`.
"""
