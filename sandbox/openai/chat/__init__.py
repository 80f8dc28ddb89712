"""``POST /v1/chat/completions``: the agent as a Chat Completions model, streamed or whole, with tools.

Decided here: which requests are accepted and how an answer is sent. Imported by ``sandbox.app``. Tests:
``tests/sandbox/openai/chat/``.
"""

from sandbox.openai.chat.endpoint import routes

__all__ = ["routes"]
