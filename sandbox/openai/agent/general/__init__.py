"""The model in any other trade than real estate: a plain assistant that follows the instructions it is given. Pure.

Decided here: whether a turn is about homes at all, what the plain assistant says and which tools it calls, and which
values fit a JSON schema of any shape. Imported by ``model``. Tests: ``tests/sandbox/openai/agent/general/``.
"""

from sandbox.openai.agent.general.assistant import answer
from sandbox.openai.agent.general.trade import is_about_homes

__all__ = ["answer", "is_about_homes"]
