"""Instructions from outside interrupt what a call is doing; a hang-up is final."""

import asyncio

import pytest

from sandbox.twilio.call.flow_control import FlowControl, Goto, HangUp, Interrupted


async def test_work_nobody_interrupts_gives_its_result():
    assert await FlowControl().interruptible(asyncio.sleep(0, "done")) == "done"


async def test_an_instruction_interrupts_after_the_work_has_cleaned_up():
    flow, cleaned = FlowControl(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    asyncio.get_running_loop().call_soon(flow.give, Goto("https://app/next"))
    with pytest.raises(Interrupted) as interrupted:
        await flow.interruptible(work())
    assert interrupted.value.instruction == Goto("https://app/next")
    assert cleaned.is_set()


async def test_an_instruction_given_before_interrupts_at_once():
    flow, begun = FlowControl(), []

    async def work() -> None:
        begun.append(True)

    flow.give(Goto("https://app/next"))
    with pytest.raises(Interrupted):
        await flow.interruptible(work())
    assert begun == []


async def test_only_a_hang_up_interrupts_what_runs_unless_ended():
    flow = FlowControl()
    flow.give(Goto("https://app/next"))
    assert await flow.unless_ended(asyncio.sleep(0, "done")) == "done"
    flow.give(HangUp("person"))
    with pytest.raises(Interrupted):
        await flow.unless_ended(asyncio.Event().wait())


async def test_after_a_hang_up_nothing_else_counts():
    flow = FlowControl()
    flow.give(HangUp("person"))
    flow.give(Goto("https://app/next"))
    assert flow.final == HangUp("person")
    with pytest.raises(Interrupted) as interrupted:
        await flow.interruptible(asyncio.sleep(0))
    assert interrupted.value.instruction == HangUp("person")
