"""How the carrier reaches the house: a balancer before its web processes, signed requests, and retries."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urlsplit, urlunsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect

from sandbox.twilio.webhooks.signature import sign
from sandbox.twilio.webhooks.transport import Overrides

WEBHOOK_SECONDS = 15.0

type Form = dict[str, str]


class NoAnswer(Exception):
    """The house gave no answer in time, retries included."""


@dataclass
class Door:
    """One web process: the address behind the balancer, and whether new visitors are sent there."""

    port: int
    open: bool = True


@dataclass
class Doors:
    """The balancer. ``public`` is PUBLIC_URL, which nobody listens on."""

    public: str
    token: str
    doors: list[Door] = field(default_factory=list)
    requests: int = 0

    def __post_init__(self) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=50, keepalive_expiry=2.0)
        self._client = httpx.AsyncClient(trust_env=False, limits=limits)

    async def close(self) -> None:
        await self._client.aclose()

    async def post(self, url: str, form: Form) -> httpx.Response:
        """A signed webhook, repeated as the URL's fragment asks. Raises NoAnswer."""
        address, fragment = urldefrag(url)
        wish = Overrides.read_from(fragment, WEBHOOK_SECONDS)
        reply = await self.attempt(address, form, wish)
        for _ in range(wish.retries):
            if _class_of(reply) in wish.on:
                reply = await self.attempt(address, form, wish)
        if isinstance(reply, str):
            raise NoAnswer(f"{urlsplit(address).path}: {reply}")
        return reply

    async def get(self, url: str) -> httpx.Response:
        """A sound. Raises NoAnswer."""
        for door in self._order():
            try:
                return await self._client.get(_behind(url, door), timeout=WEBHOOK_SECONDS)
            except httpx.ConnectError:
                continue
            except httpx.HTTPError as error:
                raise NoAnswer(type(error).__name__) from error
        raise NoAnswer("nobody listens")

    async def stream(self, url: str) -> tuple[ClientConnection, Door]:
        """A media stream's socket, and the process that took it. Raises NoAnswer."""
        for door in self._order():
            try:
                socket = await connect(
                    _behind(url, door),
                    additional_headers={"x-twilio-signature": sign(self.token, url)},
                    proxy=None,
                    compression=None,
                    ping_interval=None,
                    max_queue=64,
                    open_timeout=10,
                    close_timeout=2,
                )
            except ConnectionRefusedError:
                continue
            except Exception as error:  # whatever a handshake can end in: all of it is a failed stream
                raise NoAnswer(type(error).__name__) from error
            return socket, door
        raise NoAnswer("nobody listens")

    async def attempt(self, address: str, form: Form, wish: Overrides) -> httpx.Response | str:
        """The answer, or in a word of the carrier's why there is none: ct or rt."""
        self.requests += 1
        headers = {"x-twilio-signature": sign(self.token, address, form.items())}
        for door in self._order():
            try:
                async with asyncio.timeout(wish.total):
                    return await self._client.post(
                        _behind(address, door), data=form, headers=headers, timeout=wish.read
                    )
            except httpx.ConnectError:
                continue
            except (httpx.HTTPError, TimeoutError):
                return "rt"
        return "ct"

    def _order(self) -> Sequence[Door]:
        """The doors to try, one after the other."""
        doors = random.sample(self.doors, len(self.doors))
        return sorted(doors, key=lambda door: not door.open)


def _class_of(reply: httpx.Response | str) -> str:
    """How an attempt ended, in the words of a URL's fragment."""
    return reply if isinstance(reply, str) else f"{reply.status_code // 100}xx"


def _behind(url: str, door: Door) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"127.0.0.1:{door.port}"))
