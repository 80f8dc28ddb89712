"""The model behind Chat Completions and Realtime: a small deterministic real-estate agent. Pure.

Decided here: what the model says and which tools it calls. It knows only what a model would: the instructions, the
offered tools and the messages. It keeps no state, has no clock and uses no randomness. Imported by ``chat`` and
``realtime``. Tests: ``tests/sandbox/openai/agent/``.
"""

from sandbox.openai.agent.model import extract, respond
from sandbox.openai.agent.turn import Message, ModelTurn, Reply, ToolCall, ToolSpec

__all__ = ["Message", "ModelTurn", "Reply", "ToolCall", "ToolSpec", "extract", "respond"]
