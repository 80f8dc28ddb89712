"""``POST /v1/chat/completions``: the agent behind the wire of Chat Completions, streamed or whole, with tools."""

from sandbox.openai.chat.endpoint import routes

__all__ = ["routes"]
