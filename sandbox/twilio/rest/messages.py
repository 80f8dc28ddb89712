"""``/Messages``: text messages over the REST API."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.conformance.examiner import examined
from sandbox.twilio.call import placing
from sandbox.twilio.rest.conventions import ACCOUNT, form_of, guarded, owned_numbers, page_of
from sandbox.twilio.rest.message import Carrier, Message, new_message
from sandbox.twilio.rest_errors import RestError, not_found, on_request
from sandbox.twilio.switch import Switch


def routes(switch: Switch) -> list[BaseRoute]:
    """Create, list, fetch, redact or cancel, delete."""
    api = _Api(switch)
    one = ACCOUNT + "/Messages/{message}.json"
    table = [
        ("POST", ACCOUNT + "/Messages.json", api.create),
        ("GET", ACCOUNT + "/Messages.json", api.list),
        ("GET", one, api.fetch),
        ("POST", one, api.update),
        ("DELETE", one, api.delete),
    ]
    served = [Route(path, guarded(switch, handler), methods=[method]) for method, path, handler in table]
    return examined(served, switch.services.complaints)


class _Api:
    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._carrier = Carrier(switch.book, switch.webhooks)
        self._messages: dict[str, Message] = {}

    async def create(self, request: Request) -> Response:
        form = await form_of(request)
        config = self._switch.services.config
        message = new_message(form, config.account_sid, owned_numbers(config))
        if fault := self._switch.services.faults.take("twilio.message_error", to=message.to):
            raise on_request(fault)
        self._messages[message.sid] = message
        created = message.as_json()
        self._switch.tasks.spawn(self._carrier.deliver(message))
        return JSONResponse(created, 201)

    async def list(self, request: Request) -> Response:
        wanted = {"to": request.query_params.get("To"), "from_": request.query_params.get("From")}
        found = [
            message
            for message in reversed(self._messages.values())
            if all(value in (None, getattr(message, name)) for name, value in wanted.items())
        ]
        return page_of(request, "messages", [message.as_json() for message in found])

    async def fetch(self, request: Request) -> Response:
        return JSONResponse(self._message(request).as_json())

    async def update(self, request: Request) -> Response:
        """An empty ``Body`` redacts the text; ``Status=canceled`` stops a message that is not being sent yet."""
        message, form = self._message(request), await form_of(request)
        if placing.first(form, "Status") == "canceled":
            if message.status not in ("accepted", "queued"):
                raise RestError(400, 30409, "Message is not in a cancelable state")
            message.becomes("canceled")
        elif placing.first(form, "Body", "?") == "":
            message.body = ""
        else:
            raise RestError(400, 20001, "Only an empty Body or Status=canceled can be given")
        return JSONResponse(message.as_json())

    async def delete(self, request: Request) -> Response:
        del self._messages[self._message(request).sid]
        return Response(status_code=204)

    def _message(self, request: Request) -> Message:
        message = self._messages.get(request.path_params["message"])
        if message is None:
            raise not_found(request.url.path)
        return message
