"""One response of a Realtime session: its settings, its output items, and the pace at which they are sent.

Decided here: what a response says and which events it sends. Imported by ``session``. Tests:
``tests/sandbox/openai/realtime/responses/``.
"""
