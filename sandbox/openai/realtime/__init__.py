"""OpenAI Realtime (GA) over a WebSocket: recognizes speech, answers by voice, calls tools, can be interrupted.

A transcription session (``?intent=transcription``) only listens and transcribes.

Decided here: how a session behaves. ``endpoint`` owns the socket, ``session`` handles each client event,
``input_audio`` finds and transcribes turns, ``responses`` speaks an answer, ``conversation`` keeps the items. Imported
by ``sandbox.app``. Tests: ``tests/sandbox/openai/realtime/``.
"""

from starlette.routing import BaseRoute

from sandbox.openai.agent import respond
from sandbox.openai.realtime import endpoint
from sandbox.services import Services


def routes(services: Services) -> list[BaseRoute]:
    """``/v1/realtime`` with the sandbox's own agent as the model."""
    return endpoint.routes(services, respond)
