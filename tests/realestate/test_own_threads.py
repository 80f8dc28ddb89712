"""A request's connections are closed with its thread, and no more requests run than there are descriptors for."""

import asyncio
import os
import threading
from typing import Any

import httpx
import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from realestate.own_threads import OwnThreads, requests_at_once

AT_ONCE = 30
together = threading.Barrier(AT_ONCE)


def asks_the_database(request: HttpRequest) -> HttpResponse:
    connection.ensure_connection()
    together.wait(20)
    return HttpResponse("asked")


def breaks(request: HttpRequest) -> HttpResponse:
    connection.ensure_connection()
    raise ZeroDivisionError


urlpatterns = [path("asks", asks_the_database), path("breaks", breaks)]


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


async def _get(client: httpx.AsyncClient, where: str) -> int:
    return (await client.get(where)).status_code


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="counts open files as Linux tells them")
@pytest.mark.django_db(transaction=True)
async def test_many_requests_at_once_leave_no_connection_open(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    application: Any = OwnThreads()
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        before = open_files()
        for _ in range(3):
            assert set(await asyncio.gather(*(_get(client, "/asks") for _ in range(AT_ONCE)))) == {200}
        assert await _get(client, "/breaks") == 500
        assert open_files() - before < 8


def test_a_process_that_may_open_few_files_works_on_few_requests_at_once() -> None:
    assert requests_at_once(256) == 40
    assert requests_at_once(1024) == 232
    assert requests_at_once(10) == 4


@pytest.mark.django_db(transaction=True)
async def test_when_all_places_are_taken_a_request_waits_for_one(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: list[int] = []
    most: list[int] = []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        running.append(1)
        most.append(len(running))
        await asyncio.sleep(0.01)
        running.pop()

    application = OwnThreads()
    application._places = asyncio.Semaphore(2)
    monkeypatch.setattr("django.core.handlers.asgi.ASGIHandler.handle", lambda self, *args: slow(*args))
    await asyncio.gather(*(application.handle({}, None, None) for _ in range(7)))
    assert max(most) == 2
