"""OpenAI: Realtime over a WebSocket, Chat Completions and transcription, with one model behind all of them.

Decided here: what the OpenAI endpoints accept and answer. Imported by ``sandbox.app`` and ``not_found``. Tests:
``tests/sandbox/openai/``.
"""
