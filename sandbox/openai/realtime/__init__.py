"""OpenAI Realtime (GA) over a WebSocket: hears, understands, answers by voice, calls tools, can be interrupted.

A transcription session (``?intent=transcription``) only hears and writes down.

``wire`` owns the socket, ``session`` what each event does, ``response`` an answer as it is spoken;
``buffer``, ``items``, ``configuration``, ``orders``, ``context``, ``pacing`` and ``output`` decide, without
socket or clock.
"""

from starlette.routing import BaseRoute

from sandbox.openai.agent import respond
from sandbox.openai.realtime import endpoint
from sandbox.services import Services


def routes(services: Services) -> list[BaseRoute]:
    """``/v1/realtime`` with the sandbox's own agent as the model."""
    return endpoint.routes(services, respond)
