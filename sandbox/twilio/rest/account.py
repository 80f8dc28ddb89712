"""The account itself: ``/Accounts/{sid}``, its phone numbers, and ``/Notifications``, what the debugger noted.

https://www.twilio.com/docs/iam/api/account, https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource,
https://www.twilio.com/docs/voice/api/notification-resource (of the 2010 API).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.twilio.call.resource import API_VERSION, Call, formatted, rfc2822
from sandbox.twilio.rest.conventions import ACCOUNT, Handler, guarded, owned_numbers, page_of
from sandbox.twilio.switch import Switch

MOST_NOTED = 200


def routes(switch: Switch) -> list[BaseRoute]:
    api = _Api(switch)
    table: list[tuple[str, Handler]] = [
        (ACCOUNT + ".json", api.account),
        (ACCOUNT + "/IncomingPhoneNumbers.json", api.numbers),
        (ACCOUNT + "/OutgoingCallerIds.json", api.caller_ids),
        (ACCOUNT + "/Notifications.json", api.notifications),
    ]
    return [Route(path, guarded(switch, handler), methods=["GET"]) for path, handler in table]


class _Api:
    """One method for each route."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._began = datetime.now(UTC)

    async def account(self, request: Request) -> Response:
        sid = self._switch.services.config.account_sid
        return JSONResponse(
            {
                "sid": sid,
                "owner_account_sid": sid,
                "friendly_name": "Sandbox",
                "status": "active",
                "type": "Full",
                "date_created": rfc2822(self._began),
                "date_updated": rfc2822(self._began),
                "subresource_uris": {},
                "uri": f"/{API_VERSION}/Accounts/{sid}.json",
            }
        )

    async def numbers(self, request: Request) -> Response:
        """The numbers the account owns; where it accepts any caller id, it owns the one that is asked for."""
        config = self._switch.services.config
        asked = request.query_params.get("PhoneNumber", "")
        owned = set(owned_numbers(config)) or {number for number in (config.voice_number, asked) if number}
        shown = sorted(number for number in owned if asked in (number, ""))
        return page_of(request, "incoming_phone_numbers", [self._number(number) for number in shown])

    async def caller_ids(self, request: Request) -> Response:
        return page_of(request, "outgoing_caller_ids", [])

    async def notifications(self, request: Request) -> Response:
        """The newest first. ``MessageDate>`` leaves out what is older than that day."""
        found = sorted(self._noted(), key=lambda noted: str(noted["at"]), reverse=True)[:MOST_NOTED]
        since = request.query_params.get("MessageDate>", "")
        shown = [noted for noted in found if noted["at"].date().isoformat() >= since[:10]]
        return page_of(request, "notifications", [self._notification(noted) for noted in shown])

    def _number(self, number: str) -> dict[str, Any]:
        config = self._switch.services.config
        sid = "PN" + number.strip("+").rjust(32, "0")
        return {
            "sid": sid,
            "account_sid": config.account_sid,
            "phone_number": number,
            "friendly_name": formatted(number),
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            "voice_url": config.voice_url if number == config.voice_number or not config.voice_number else "",
            "voice_method": "POST",
            "voice_application_sid": "",
            "trunk_sid": "",
            "status": "in-use",
            "date_created": rfc2822(self._began),
            "date_updated": rfc2822(self._began),
            "uri": f"/{API_VERSION}/Accounts/{config.account_sid}/IncomingPhoneNumbers/{sid}.json",
        }

    def _noted(self) -> Iterator[dict[str, Any]]:
        for call in list(self._switch.calls.values()):
            yield from _errors(call)

    def _notification(self, noted: dict[str, Any]) -> dict[str, Any]:
        sid = f"NO{noted['call'][2:28]}{noted['number']:06d}"
        account = self._switch.services.config.account_sid
        return {
            "sid": sid,
            "account_sid": account,
            "call_sid": noted["call"],
            "error_code": str(noted["code"]),
            "log": "0",
            "message_text": noted["message"],
            "message_date": rfc2822(noted["at"]),
            "date_created": rfc2822(noted["at"]),
            "date_updated": rfc2822(noted["at"]),
            "more_info": f"https://www.twilio.com/docs/errors/{noted['code']}",
            "request_method": "POST",
            "request_url": noted["url"],
            "api_version": API_VERSION,
            "uri": f"/{API_VERSION}/Accounts/{account}/Notifications/{sid}.json",
        }


def _errors(call: Call) -> Iterator[dict[str, Any]]:
    """What the debugger noted of the call."""
    for number, event in enumerate(call.events):
        if event.kind == "error":
            at = datetime.fromtimestamp(call.events.began + event.at_ms / 1000, UTC)
            code, message = event.data.get("code", 0), str(event.data.get("message", ""))
            yield {
                **{"call": call.sid, "number": number, "code": code, "message": message},
                **{"at": at, "url": call.options.url},
            }
