"""The model behind the sandbox's Chat Completions and Realtime: a small deterministic real-estate agent.

It knows only what a model would: the instructions, the tools on offer and the messages. It keeps no state, has no
clock and draws no lots.
"""

from sandbox.openai.agent.model import extract, respond
from sandbox.openai.agent.turn import Message, ModelTurn, Reply, ToolCall, ToolSpec

__all__ = ["Message", "ModelTurn", "Reply", "ToolCall", "ToolSpec", "extract", "respond"]
