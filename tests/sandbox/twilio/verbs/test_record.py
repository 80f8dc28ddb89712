"""<Record> on a line of silence, against a switch that only writes down."""

import asyncio

import pytest

from sandbox.twilio.call.flow_control import Goto
from sandbox.twilio.verbs.record import record
from tests.sandbox.twilio.verbs.control import WrittenDown, context_of


async def after(twiml: str, *, key: str = "", cancel: bool = False):
    context = context_of(twiml)
    task = asyncio.create_task(record(context, context.document.verbs[0]))
    for tick in range(200):
        await asyncio.sleep(0)
        if tick == 20 and key:
            context.leg.press(key)
        if tick == 20 and cancel:
            task.cancel()
        if task.done():
            break
        context.leg.hear()
        context.leg.play()
    assert isinstance(context.switch, WrittenDown)
    return task, context.switch.asked


async def test_of_silence_no_message_is_made():
    task, asked = await after('<Record playBeep="false" timeout="1" action="/message"/>')
    assert task.result() is None
    assert asked == [("record", "inbound", 1)]


async def test_broken_off_the_action_is_requested_all_the_same():
    task, asked = await after('<Record playBeep="false" timeout="60" action="/message"/>', cancel=True)
    with pytest.raises(asyncio.CancelledError):
        task.result()
    assert asked[-1] == ("request_action", "https://app/message")


async def test_a_key_that_is_not_among_its_keys_does_not_end_it():
    task, _ = await after('<Record playBeep="false" timeout="60" finishOnKey="#" maxLength="2"/>', key="5")
    assert isinstance(task.result(), Goto | None)
    assert task.done()
