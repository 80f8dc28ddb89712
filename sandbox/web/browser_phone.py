"""The WebSocket of the browser phone: control messages as JSON text, sound as 20 ms mu-law frames in binary."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.twilio.call import placing
from sandbox.twilio.call.resource import Call
from sandbox.twilio.line.leg import Clock
from sandbox.twilio.people.browser_phones import BrowserPhone
from sandbox.twilio.rest_errors import RestError
from sandbox.twilio.switch import Switch

# A browser that does not read loses sound, never events.
_MOST_FRAMES_WAITING = 50


class BrowserSocket:
    """The messages on their way to the browser."""

    def __init__(self) -> None:
        self.outbox: asyncio.Queue[str | bytes] = asyncio.Queue()

    def tell(self, event: str, **data: Any) -> None:
        named = {name.rstrip("_"): value for name, value in data.items()}
        self.outbox.put_nowait(json.dumps({"event": event, **named}))

    def play(self, frame: bytes) -> None:
        if self.outbox.qsize() < _MOST_FRAMES_WAITING:
            self.outbox.put_nowait(frame)


class _Page:
    """One open phone page."""

    def __init__(self, switch: Switch) -> None:
        self.switch, self.browser = switch, BrowserSocket()
        self.phone = BrowserPhone(self.browser)

    def greet(self) -> None:
        config, book = self.switch.services.config, self.switch.book.as_json()
        numbers = [{"number": number, "name": entry.get("name", "")} for number, entry in sorted(book.items())]
        self.browser.tell("ready", numbers=numbers, voice_url=config.voice_url, voice_number=config.voice_number)

    def receive(self, text: str) -> None:
        """Handles one control message; an invalid one is answered with a problem."""
        try:
            message = json.loads(text)
            _DOES[message["do"]](self, message)
        except (ValueError, KeyError, TypeError) as error:
            self.browser.tell("problem", text=f"not understood: {type(error).__name__} {error}")
        except RestError as error:
            self.browser.tell("problem", text=str(error))

    def claim(self, message: Mapping[str, Any]) -> None:
        number = str(message["number"])
        if not placing.is_e164(number):
            self.browser.tell("problem", text=f"{number} is not a phone number like +15125550101")
            return
        self.browser.tell("claimed", number=number)
        self.switch.browser_phones.claim(self.phone, number)

    def answer(self, message: Mapping[str, Any]) -> None:
        if not self.switch.browser_phones.answer(self.phone, str(message["call"])):
            self.browser.tell("stopped", call=message["call"])

    def decline(self, message: Mapping[str, Any]) -> None:
        self.switch.browser_phones.decline(str(message["call"]))

    def hang_up(self, message: Mapping[str, Any]) -> None:
        self.phone.hang_up()

    def key(self, message: Mapping[str, Any]) -> None:
        self.phone.press(str(message["digit"]))

    def call(self, message: Mapping[str, Any]) -> None:
        """Dial the app's number: the sandbox asks its voice URL what to do, as Twilio does."""
        if self.phone.call is not None or not self.phone.number:
            self.browser.tell("problem", text="choose a number first, and finish the call you are in")
            return
        config = self.switch.services.config
        form = {"To": [str(message["to"])], "From": [self.phone.number], "Url": [str(message["url"])]}
        to, from_ = placing.numbers(form, frozenset())
        options = placing.options(form)
        call = Call(config.account_sid, to, from_, options, "inbound", clock=Clock(pace=config.pace))
        self.switch.browser_phones.call_from(self.phone, call)
        self.switch.place(call)


_DOES: Mapping[str, Callable[[_Page, Mapping[str, Any]], None]] = {
    "claim": _Page.claim,
    "answer": _Page.answer,
    "decline": _Page.decline,
    "hang_up": _Page.hang_up,
    "key": _Page.key,
    "call": _Page.call,
}


def routes(switch: Switch) -> list[BaseRoute]:
    async def line(socket: WebSocket) -> None:
        await socket.accept()
        page = _Page(switch)
        page.greet()
        writer = asyncio.create_task(_write(socket, page.browser))
        try:
            await _read(socket, page)
        finally:
            writer.cancel()
            switch.browser_phones.release(page.phone)
            await asyncio.gather(writer, return_exceptions=True)

    return [WebSocketRoute("/sandbox/phone/line", line)]


async def _read(socket: WebSocket, page: _Page) -> None:
    while (message := await socket.receive())["type"] == "websocket.receive":
        if (frame := message.get("bytes")) is not None:
            page.phone.hear(frame)
        else:
            page.receive(message.get("text") or "")


async def _write(socket: WebSocket, browser: BrowserSocket) -> None:
    try:
        while True:
            message = await browser.outbox.get()
            await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_text(message))
    except (WebSocketDisconnect, RuntimeError):
        return
