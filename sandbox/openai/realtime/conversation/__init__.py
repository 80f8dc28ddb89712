"""The conversation of a Realtime session: its items, what the model is given of them, what is truncated. Pure.

Decided here: what the model remembers. Imported by ``responses``, ``input_audio`` and ``session``. Tests:
``tests/sandbox/openai/realtime/conversation/``.
"""
