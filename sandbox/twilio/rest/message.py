"""One text message: the Message resource, and its delivery with a status callback for each step.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.twilio.call.placing import Form, address, first, is_e164
from sandbox.twilio.call.resource import API_VERSION, Callback, new_sid, rfc2822
from sandbox.twilio.people.phone_book import PhoneBook
from sandbox.twilio.rest_errors import RestError
from sandbox.twilio.webhooks.requests import Webhooks

LONGEST_BODY = 1600
PRICE_PER_SEGMENT = 0.0083
# GSM 03.38 as far as it is ASCII; a message with any other character is sent as UCS-2.
_SINGLE, _JOINED = {True: 160, False: 70}, {True: 153, False: 67}
_STEP_SECONDS = 0.2
UNREACHABLE = 30003


@dataclass(eq=False)
class Message:
    """One message; with a messaging service it starts as accepted, otherwise as queued."""

    account_sid: str
    to: str
    from_: str
    body: str
    callback: Callback
    service: str = ""
    sid: str = field(default_factory=lambda: new_sid("SM"))
    status: str = "queued"
    error: int | None = None
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    sent: datetime | None = None

    @property
    def segments(self) -> int:
        plain = self.body.isascii()
        return 1 if len(self.body) <= _SINGLE[plain] else -(-len(self.body) // _JOINED[plain])

    def becomes(self, status: str, error: int | None = None) -> None:
        self.status, self.error, self.updated = status, error, datetime.now(UTC)
        if status == "sent":
            self.sent = self.updated

    def as_json(self) -> dict[str, Any]:
        base = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "messaging_service_sid": self.service or None,
            "to": self.to,
            "from": self.from_ or None,
            "body": self.body,
            "status": self.status,
            "direction": "outbound-api",
            "num_segments": str(self.segments),
            "num_media": "0",
            "price": f"{-PRICE_PER_SEGMENT * self.segments:.5f}" if self.sent else None,
            "price_unit": "USD",
            "error_code": self.error,
            "error_message": None,
            "api_version": API_VERSION,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "date_sent": rfc2822(self.sent),
            "uri": f"{base}.json",
            "subresource_uris": {"media": f"{base}/Media.json"},
        }

    def form(self) -> tuple[tuple[str, str], ...]:
        """The parameters of a status callback."""
        pairs = [("SmsSid", self.sid), ("MessageSid", self.sid), ("AccountSid", self.account_sid)]
        pairs += [("SmsStatus", self.status), ("MessageStatus", self.status), ("ApiVersion", API_VERSION)]
        pairs += [("To", self.to), ("From", self.from_)]
        pairs += [("MessagingServiceSid", self.service)] if self.service else []
        pairs += [("ErrorCode", str(self.error))] if self.error else []
        return tuple(pairs)


def new_message(form: Form, account_sid: str, owned: frozenset[str]) -> Message:
    """The message a form asks for. Raises RestError with Twilio's code for what it rejects."""
    to, from_, service = first(form, "To"), first(form, "From"), first(form, "MessagingServiceSid")
    body = first(form, "Body")
    for wrong, code, problem in (
        (not to, 21604, "A 'To' phone number is required."),
        (not is_e164(to), 21211, f"Invalid 'To' Phone Number: {to}"),
        (not from_ and not service, 21603, "A 'From' phone number is required."),
        (bool(from_) and not is_e164(from_), 21212, f"Invalid From Number (caller ID): {from_}"),
        (bool(from_ and owned) and from_ not in owned, 21606, f"The From phone number {from_} is not yours."),
        (not body and "MediaUrl" not in form, 21602, "Message body is required."),
        (len(body) > LONGEST_BODY, 21617, "The concatenated message body exceeds the 1600 character limit."),
    ):
        if wrong:
            raise RestError(400, code, problem)
    callback = Callback(address(form, "StatusCallback", 21609))
    status = "accepted" if service else "queued"
    return Message(account_sid, to, from_, body, callback, service, status=status)


class Carrier:
    """Delivers messages. A number whose outcome is "failed" cannot be reached."""

    def __init__(self, book: PhoneBook, webhooks: Webhooks) -> None:
        self._book, self._webhooks = book, webhooks

    async def deliver(self, message: Message) -> None:
        """Runs each step and its callback in order; a message canceled or deleted meanwhile stays as it is."""
        reached = self._book.lookup(message.to).outcome != "failed"
        for status in ("sending", "sent", "delivered" if reached else "undelivered"):
            await asyncio.sleep(_STEP_SECONDS)
            if message.status == "canceled":
                return
            message.becomes(status, UNREACHABLE if status == "undelivered" else None)
            if status != "sending" and message.callback.url:
                await self._webhooks.post(message.callback, message.form())
