"""The model's answer of a step: asked for sentence by sentence, with tools, perhaps before the caller has finished.

Imported by `calls/conversational/` alone. Tests: `tests/calls/conversational/generation/`.
"""
