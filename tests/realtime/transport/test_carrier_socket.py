"""The carrier's end of a media stream."""

from typing import Any

from realtime.transport.carrier_socket import CarrierSocket


class Gone(OSError):
    """What the server raises for a peer that has left."""


async def nothing() -> dict[str, Any]:
    return {"type": "websocket.disconnect"}


async def to_nobody(message: dict[str, Any]) -> None:
    raise Gone


async def test_a_caller_who_hangs_up_while_we_speak_is_no_fault_of_ours() -> None:
    phone = CarrierSocket(nothing, to_nobody)
    await phone.send("audio")
    assert await phone.receive() is None


async def test_a_socket_that_is_gone_is_closed() -> None:
    await CarrierSocket(nothing, to_nobody).close()
