"""Background tasks: none is left behind, and none fails unseen."""

import asyncio

from sandbox.complaints import Complaints
from sandbox.twilio.task_supervisor import TaskSupervisor


async def fails() -> None:
    raise ValueError("oops")


async def test_a_task_that_fails_is_the_sandboxs_own_fault():
    complaints = Complaints()
    task = TaskSupervisor(complaints).spawn(fails())
    await asyncio.wait({task})
    await asyncio.sleep(0)
    (complaint,) = complaints.all()
    assert (complaint.by, complaint.message) == ("sandbox", "fails")
    assert "ValueError: oops" in complaint.problem


async def test_whoever_awaits_a_task_deals_with_its_failure():
    complaints = Complaints()
    task = TaskSupervisor(complaints).spawn(fails(), awaited=True)
    await asyncio.wait({task})
    assert isinstance(task.exception(), ValueError)
    assert complaints.all() == []


async def test_the_end_cancels_what_still_runs():
    supervisor = TaskSupervisor(Complaints())
    task = supervisor.spawn(asyncio.sleep(3600))
    await supervisor.close()
    assert task.cancelled()
