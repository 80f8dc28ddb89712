"""The live pages' sockets: who is let in, what is sent, and that nothing depends on being woken."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async
from channels.layers import InMemoryChannelLayer
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from calls.call_log.events import notify_watchers
from calls.call_log.transcript import Utterance, add_turn, amend_turn
from calls.models import Call, Comparison, Engine, Turn
from leads.models import Lead
from realtime.routing import websocket_application
from tests.people import make_call

pytestmark = pytest.mark.django_db(transaction=True)
OWN_ORIGIN = b"http://localhost"
run = database_sync_to_async


@pytest_asyncio.fixture(autouse=True)
async def _closed_connections(transactional_db: None) -> AsyncIterator[None]:
    """The communicator keeps the thread's connection open, and a test database in use cannot be dropped."""
    yield
    await run(connections.close_all)()


@pytest.fixture
def call(lead: Lead) -> Call:
    """A live call to Omar's lead."""
    return make_call(lead)


def watch(user: User | None, address: str, origin: bytes | None = OWN_ORIGIN) -> WebsocketCommunicator:
    """A page of that user's browser, asking for its socket."""
    headers = [(b"origin", origin)] if origin else []
    if user:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
    return WebsocketCommunicator(websocket_application, address, headers=headers)


def say(call: Call, text: str, item: str) -> Turn | None:
    """Somebody says something on the call."""
    return add_turn(call.pk, Utterance(Turn.Speaker.LEAD, Engine.REALTIME, item, text))


async def is_let_in(page: WebsocketCommunicator) -> bool:
    """Whether the socket is accepted. One that is refused is so before its handshake."""
    return bool((await page.connect(timeout=10))[0])


async def news(page: WebsocketCommunicator) -> str:
    """The next message."""
    text: str = await page.receive_from(timeout=10)
    return text


def ids(markup: str) -> list[str]:
    """The ids of the fragments in a message."""
    return re.findall(r'id="((?:turn|head|end|figures|verdict|rows)[^"]*)"', markup)


async def test_an_address_that_leads_nowhere_is_refused() -> None:
    page = WebsocketCommunicator(websocket_application, "/api/realtime/media-stream/zzz")
    assert (await page.connect(timeout=10))[0] is False


@pytest.mark.parametrize("kind", ["calls", "comparisons"])
@pytest.mark.parametrize("known", [True, False])
async def test_a_stranger_is_refused_before_the_handshake(call: Call, kind: str, known: bool) -> None:
    assert not await is_let_in(watch(None, f"/ws/{kind}/{call.pk if known else uuid.uuid4()}"))


async def test_a_session_that_is_none_is_refused_before_the_handshake(call: Call) -> None:
    cookie = (b"cookie", f"{settings.SESSION_COOKIE_NAME}=abcdefghijklmnopqrstuvwxyz012345".encode())
    headers = [(b"origin", OWN_ORIGIN), cookie]
    assert not await is_let_in(WebsocketCommunicator(websocket_application, f"/ws/calls/{call.pk}", headers=headers))


async def test_somebody_who_is_not_staff_is_refused_before_the_handshake(call: Call, zoe: User) -> None:
    assert not await is_let_in(await run(watch)(zoe, f"/ws/calls/{call.pk}"))


async def test_another_agents_call_is_not_there(call: Call, bob: User) -> None:
    assert not await is_let_in(await run(watch)(bob, f"/ws/calls/{call.pk}"))


async def test_a_call_that_does_not_exist_is_not_there(omar: User) -> None:
    assert not await is_let_in(await run(watch)(omar, f"/ws/calls/{uuid.uuid4()}"))


@pytest.mark.parametrize("said", [{"text_data": "{}"}, {"bytes_data": b"1"}])
async def test_a_page_that_speaks_is_none_of_ours(call: Call, omar: User, said: dict[str, Any]) -> None:
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    await page.send_to(**said)
    assert (await page.receive_output(timeout=10))["code"] == 1008


@pytest.mark.parametrize(
    "origin",
    [
        b"https://evil.example",
        None,
        b"null",
        b"http://[",
        b"\xff\xfe",
        b"",
    ],
)
async def test_a_page_of_another_site_is_refused(call: Call, omar: User, origin: bytes | None) -> None:
    page = await run(watch)(omar, f"/ws/calls/{call.pk}", origin)
    assert (await page.connect(timeout=10))[0] is False


async def test_the_owner_and_the_manager_get_the_whole_page_at_first(call: Call, omar: User, mona: User) -> None:
    await run(say)(call, "Hello there", "one")
    for user in (omar, mona):
        page = await run(watch)(user, f"/ws/calls/{call.pk}")
        await page.connect(timeout=10)
        first = await news(page)
        assert "Hello there" in first
        assert f"head-{call.pk}" in ids(first)
        await page.disconnect()


async def test_then_only_what_changed_is_sent(call: Call, omar: User) -> None:
    await run(say)(call, "Hello there", "one")
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    turn = await run(say)(call, "I want to sell", "two")
    assert turn is not None
    more = await news(page)
    assert "I want to sell" in more
    assert "Hello there" not in more
    assert f"turn-{turn.pk}" in ids(more)
    await page.disconnect()


async def test_a_line_that_is_cut_is_sent_again(call: Call, omar: User) -> None:
    turn = await run(say)(call, "We have two homes with a pool", "one")
    assert turn is not None
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    await run(amend_turn)(call.pk, "one", text="We have two homes")
    more = await news(page)
    assert f"turn-{turn.pk}" in ids(more)
    assert "interrupted" in more
    await page.disconnect()


async def test_rows_written_without_a_wake_up_are_found_by_looking(call: Call, omar: User) -> None:
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    await run(Turn.objects.create)(call=call, speaker="lead", engine="realtime", text="From elsewhere", item_id="x")
    assert "From elsewhere" in await news(page)
    await page.disconnect()


async def test_a_wake_up_without_news_sends_nothing(call: Call, omar: User) -> None:
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    await run(notify_watchers)(call.pk)
    assert await page.receive_nothing(timeout=1.5)
    await page.disconnect()


async def test_when_the_call_ends_its_button_goes(call: Call, omar: User) -> None:
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    await run(Call.objects.filter(pk=call.pk).update)(status="completed", ended_at=now(), duration_seconds=42)
    ended = await news(page)
    assert f"end-{call.pk}" in ids(ended)
    assert "0:42" in ended
    assert "<form" not in ended
    await page.disconnect()


async def test_a_right_lost_meanwhile_ends_the_stream(call: Call, omar: User, bob: User) -> None:
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    await run(Lead.objects.update)(owner=bob)
    assert (await page.receive_output(timeout=10))["code"] == 4404


async def test_logging_out_ends_the_stream(call: Call, omar: User) -> None:
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    await run(Session.objects.all().delete)()
    assert (await page.receive_output(timeout=10))["code"] == 4404


async def test_a_comparison_shows_the_news_of_each_of_its_calls(lead: Lead, omar: User) -> None:
    comparison = await run(Comparison.objects.create)(lead=lead, placed_by=omar, agent_mode="buyer")
    made = run(make_call)
    first = await made(lead, comparison=comparison, type="realtime", to_number="+15125550181")
    second = await made(lead, comparison=comparison, type="conversational", to_number="+15125550182")
    page = await run(watch)(omar, f"/ws/comparisons/{comparison.pk}")
    await page.connect(timeout=10)
    whole = await news(page)
    assert {"verdict", "rows", f"head-{first.pk}", f"head-{second.pk}"} <= set(ids(whole))
    await run(say)(second, "And my garden?", "one")
    more = await news(page)
    assert f"lines-{second.pk}" in more
    assert "And my garden?" in more
    assert f"lines-{first.pk}" not in more
    await page.disconnect()


async def test_another_agents_comparison_is_not_there(lead: Lead, omar: User, bob: User) -> None:
    comparison = await run(Comparison.objects.create)(lead=lead, placed_by=omar, agent_mode="buyer")
    assert not await is_let_in(await run(watch)(bob, f"/ws/comparisons/{comparison.pk}"))


async def test_a_page_is_woken_on_its_own_loop_whichever_thread_wrote(
    call: Call, omar: User, settings: Settings
) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.NotingLayer"}}
    page = await run(watch)(omar, f"/ws/calls/{call.pk}")
    await page.connect(timeout=10)
    await news(page)
    NotingLayer.sent_from.clear()
    await asyncio.to_thread(write_and_leave, call)  # as the threads that make answers: no loop of their own
    assert "Three bedrooms" in await news(page)
    assert set(NotingLayer.sent_from) == {asyncio.get_running_loop()}
    await page.disconnect()


class NotingLayer(InMemoryChannelLayer):
    """The in-memory layer, noting on which loop it was asked to send."""

    sent_from: ClassVar[list[asyncio.AbstractEventLoop]] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.sent_from.append(asyncio.get_running_loop())
        await super().group_send(group, message)


def write_and_leave(call: Call) -> None:
    """Say something in a plain thread, and give its connection back."""
    say(call, "Three bedrooms", "thread")
    connections.close_all()
