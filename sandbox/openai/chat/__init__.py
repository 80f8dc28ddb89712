"""``POST /v1/chat/completions``: the agent behind the wire of Chat Completions, streamed or whole, with tools.

Faults taken here: ``chat.error_500``, ``chat.rate_limited`` (``retry_after`` seconds; ``code="insufficient_quota"``),
``chat.slow`` (``seconds`` before the first token), ``chat.midstream_error`` (after ``tokens`` pieces of a stream).
"""

from sandbox.openai.chat.endpoint import routes

__all__ = ["routes"]
