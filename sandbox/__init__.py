"""Twilio, OpenAI and Amazon Polly on this machine, over their own wire protocols.

The sandbox is a process of its own (``python -m sandbox``). It shares no code with the product: the two meet on HTTP
and WebSockets only, so that one misreading of a protocol cannot hide on both sides. Speech is real: it is synthesized,
sent as audio, and recognized again. Imported by nothing but its tests. Tests: ``tests/sandbox/``.
"""
