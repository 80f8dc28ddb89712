"""What several stories of a realtime call have in common: getting into it, and how it ended."""

from typing import Any

from calls.models import Call, CallEvent
from tests.calls.carrier_stub import Carrier
from tests.realtime.peers import Model, Phone


async def rows(query: Any) -> list[Any]:
    """A query's rows, from a test's loop."""
    return [row async for row in query]


async def talking(phone: Phone, model: Model, call: Call) -> None:
    """Past the opening: the model listens."""
    await phone.start(call)
    await model.hears("conversation.item.create")
    await phone.speak()
    await model.hears("input_audio_buffer.append")
    phone.inbox.forget()


def carrier_was_asked_to_hang_up(carrier: Carrier) -> bool:
    return [update.form for update in carrier.updates()] == [{"Status": "completed"}]


async def steps_down(phone: Phone, call: Call) -> str:
    """Wait until the stream is closed for the next engine; the reason on record."""
    await phone.inbox.closed()
    assert phone.close_code == 1000
    event = await CallEvent.objects.aget(call=call, kind="fallback")
    return str(event.data["reason"])
