"""``GET /v1/models``: the models that the endpoints beside it accept.

https://platform.openai.com/docs/api-reference/models/list
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.openai.access import refusal
from sandbox.openai.speech import MODELS as SPEAKING
from sandbox.openai.transcription import MODELS as TRANSCRIBING
from sandbox.services import Services

CHATTING = ("gpt-4o-mini", "gpt-4o", "gpt-4.1-mini", "gpt-5-mini", "gpt-6-luna")
TALKING = ("gpt-realtime", "gpt-realtime-mini", "gpt-realtime-2.1")
CREATED = 1_767_225_600  # 2026-01-01


def routes(services: Services) -> list[BaseRoute]:
    async def listed(request: Request) -> Response:
        if refused := refusal(request, services.config):
            return refused
        extra = [name.strip() for name in services.config.chat_models.split(",") if name.strip()]
        names = dict.fromkeys((*CHATTING, *TALKING, *TRANSCRIBING, *SPEAKING, *extra))
        rows = [{"id": name, "object": "model", "created": CREATED, "owned_by": "system"} for name in names]
        return JSONResponse({"object": "list", "data": rows})

    return [Route("/v1/models", listed, methods=["GET"])]
