"""Live pages: a WebSocket per open page that sends the fragments whose rows changed.

The rows are the truth. On connecting all fragments are sent, then whatever differs from what was sent; a message on the
channel layer only wakes the loop, which looks once a second anyway. So a page survives lost messages and lost
connections, and shows what another process wrote.
"""

import asyncio
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog
from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.security.websocket import AllowedHostsOriginValidator
from django.contrib.auth.models import User
from django.urls import path
from django.utils import timezone

from calls.call_log.events import notify_watchers_on, watch_group
from calls.comparison.fragments import comparison_fragments
from calls.comparison.view import comparison_view
from calls.dashboard.call_view import call_view
from calls.dashboard.fragments import Fragment, call_fragments
from calls.models import Call, Comparison
from leads.staff_pages import viewer_zone

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
BATCH_SECONDS = 0.1  # many rows written at once are one message
NOT_FOUND = 4404
BROKEN = 1011
POLICY_VIOLATION = 1008


@dataclass(slots=True)
class SentFragments:
    """What a page has been sent, by the key of the fragment."""

    states: dict[str, Any] = field(default_factory=dict)

    def changed(self, fragments: Iterable[Fragment]) -> Iterator[Fragment]:
        """The fragments that differ from what was sent; they count as sent from now on."""
        for fragment in fragments:
            if fragment.key not in self.states or self.states[fragment.key] != fragment.state:
                self.states[fragment.key] = fragment.state
                yield fragment


@dataclass(frozen=True, slots=True)
class PageView:
    """What a viewer may see of a page now: its fragments, and the calls whose changes may change them."""

    fragments: tuple[Fragment, ...]
    call_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What a page is sent next, "" for nothing, and the calls whose changes may change it."""

    markup: str
    call_ids: tuple[uuid.UUID, ...]


type FindPage = Callable[[User, uuid.UUID], PageView | None]


def find_call(user: User, key: uuid.UUID) -> PageView | None:
    """The page of one call; None when that user may not see it."""
    call = Call.objects.visible_to(user).filter(pk=key).first()
    return PageView(tuple(call_fragments(call_view(call))), (call.pk,)) if call else None


def find_comparison(user: User, key: uuid.UUID) -> PageView | None:
    """The page of a comparison; None when that user may not see it."""
    comparison = Comparison.objects.visible_to(user).filter(pk=key).first()
    if comparison is None:
        return None
    shown = comparison_view(comparison)
    return PageView(tuple(comparison_fragments(shown)), tuple(column.view.call.pk for column in shown.columns))


class LivePage(AsyncWebsocketConsumer):
    """One open page. Staff only, and only what they may see; checked each time, so a lost right ends the stream."""

    def __init__(self, *, find_page: FindPage) -> None:
        super().__init__()
        self.find_page = find_page
        self.sent = SentFragments()
        self.woken = asyncio.Event()
        self.feed: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Start the feed for staff who may see the page. Anybody else is refused before the handshake (403)."""
        notify_watchers_on(asyncio.get_running_loop())
        user, key = self.scope["user"], self.scope["url_route"]["kwargs"]["pk"]
        try:
            found = await self._look(user.pk, key)
        except Exception:
            log.exception("live page failed", page=str(key))
            found = None
        if found is None:
            await self.close()
            return
        await self.accept()
        self.feed = asyncio.create_task(self._feed(user.pk, key, found))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Close: our pages send nothing, so this is none of them."""
        await self.close(POLICY_VIOLATION)

    async def disconnect(self, code: int) -> None:
        """Stop the feed: the page is closed."""
        if self.feed:
            self.feed.cancel()
            with suppress(asyncio.CancelledError):
                await self.feed

    async def call_changed(self, event: dict[str, Any]) -> None:
        """A shown call has changed."""
        self.woken.set()

    async def _feed(self, user_id: int, key: uuid.UUID, news: News | None) -> None:
        """Send what changed until the page is closed. After a failure the page connects again by itself."""
        try:
            while news is not None:
                await self._send_news(news)
                await asyncio.sleep(BATCH_SECONDS)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.woken.wait(), POLL_SECONDS)
                news = await self._look(user_id, key)
            await self.close(NOT_FOUND)
        except OSError as error:  # raised by a send after the peer has left (ASGI 2.4)
            log.info("live page left", page=str(key), error=type(error).__name__)
        except Exception:
            log.exception("live page failed", page=str(key))
            await self.close(BROKEN)

    async def _look(self, user_id: int, key: uuid.UUID) -> News | None:
        self.woken.clear()
        news: News | None = await database_sync_to_async(self._changed_markup)(user_id, key)
        return news

    async def _send_news(self, news: News) -> None:
        if news.markup:
            await self.send(text_data=news.markup)
        await self._listen(news.call_ids)

    async def _listen(self, call_ids: Iterable[uuid.UUID]) -> None:
        for group in map(watch_group, call_ids):
            if group not in self.groups:
                self.groups.append(group)  # left again by the base class
                await self.channel_layer.group_add(group, self.channel_name)
                self.woken.set()  # for what was written while nobody listened

    def _changed_markup(self, user_id: int, key: uuid.UUID) -> News | None:
        """The changed fragments as markup, in the viewer's time zone; None when they may not see the page any more."""
        session = self.scope["session"]
        user = User.objects.filter(pk=user_id, is_active=True, is_staff=True).first()
        if user is None or not session.exists(session.session_key):
            return None
        page = self.find_page(user, key)
        if page is None:
            return None
        with timezone.override(viewer_zone(user)):
            markup = "".join(fragment.render() for fragment in self.sent.changed(page.fragments))
        return News(markup, page.call_ids)


def staff_alone(application: Any) -> Any:
    """The WebSocket application for staff. Anybody else is refused before anything is made for them."""

    async def run(scope: Any, receive: Any, send: Any) -> None:
        known = scope["user"].is_authenticated and scope["user"].is_staff
        await (application(scope, receive, send) if known else _refuse(receive, send))

    return run


def readable_origin(application: Any) -> Any:
    """The WebSocket application for peers whose Origin is an address or missing; on others the validator breaks off."""

    async def run(scope: Any, receive: Any, send: Any) -> None:
        try:
            for name, value in scope["headers"]:
                if name == b"origin":
                    urlsplit(value.decode("latin-1"))
        except ValueError:
            await _refuse(receive, send)
            return
        await application(scope, receive, send)

    return run


async def _refuse(receive: Any, send: Any) -> None:
    await receive()  # websocket.connect
    await send({"type": "websocket.close"})  # before accept: HTTP 403


def guarded(find_page: FindPage) -> Any:
    """A live page that requires the session cookie, and a browser on our own hosts."""
    page = staff_alone(LivePage.as_asgi(find_page=find_page))
    return readable_origin(AllowedHostsOriginValidator(AuthMiddlewareStack(page)))


live_routes = [
    path("ws/calls/<uuid:pk>", guarded(find_call)),
    path("ws/comparisons/<uuid:pk>", guarded(find_comparison)),
]
