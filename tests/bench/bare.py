"""The limit: a proxy that passes everything through unread, with a C WebSocket on both sides."""

import asyncio
import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_connect, ws_create_server


class End(WSListener):
    """One end of a connection; what it hears goes to the other."""

    def __init__(self) -> None:
        self.transport: WSTransport | None = None
        self.other: End | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        other = self.other.transport if self.other else None
        if frame.msg_type is WSMsgType.TEXT:
            if other is not None:
                other.send(WSMsgType.TEXT, frame.get_payload_as_memoryview())
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.send_close()
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.transport = None
        if self.other and self.other.transport:
            self.other.transport.send_close()
            self.other.transport.disconnect()


def bridged(model_url: str, tasks: set[asyncio.Task[None]]) -> End:
    """The phone's end of a new bridge; the model's is on its way."""
    phone, model = End(), End()
    phone.other, model.other = model, phone

    async def connect() -> None:
        await ws_connect(lambda: model, model_url, use_aiofastnet=False)

    task = asyncio.get_running_loop().create_task(connect())
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return phone


async def serve(port: int, model_url: str) -> None:
    """Serve until ended."""
    tasks: set[asyncio.Task[None]] = set()

    def arrived(request: WSUpgradeRequest) -> End:
        return bridged(model_url, tasks)

    server = await ws_create_server(arrived, "127.0.0.1", port, use_aiofastnet=False)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2]))
