"""The middleware that records what passes between apps and vendors."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from sandbox.journal.observer import TrafficLog, TrafficObserver


async def answer(request: Request) -> JSONResponse:
    return JSONResponse({"sid": "CA1", "echo": len(await request.body())}, 201)


async def socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(await socket.receive_text())
    await socket.close(1000)


def observed() -> tuple[TestClient, TrafficLog]:
    traffic = TrafficLog()
    paths = ["/2010-04-01/Accounts/AC1/Calls.json", "/sandbox/health"]
    routes = [*(Route(path, answer, methods=["POST"]) for path in paths), WebSocketRoute("/v1/realtime", socket)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(TrafficObserver, traffic=traffic)])), traffic


def test_a_request_to_a_vendor_is_noted_and_passes_unchanged():
    client, traffic = observed()
    reply = client.post("/2010-04-01/Accounts/AC1/Calls.json", data={"To": "+15125550101"})
    client.post("/sandbox/health")
    (exchange,) = traffic.exchanges
    assert (exchange.method, exchange.status, exchange.data["sid"]) == ("POST", 201, "CA1")
    assert reply.json()["echo"] == len("To=%2B15125550101")


def test_a_realtime_session_is_noted_in_both_directions():
    client, traffic = observed()
    with client.websocket_connect("/v1/realtime?model=gpt-realtime") as connection:
        connection.send_text('{"type": "response.create"}')
        connection.receive_text()
    (log,) = traffic.sessions
    directions = [event.data["direction"] for event in log.journal if event.kind == "session"]
    assert (log.model, directions) == ("gpt-realtime", ["in", "out"])
