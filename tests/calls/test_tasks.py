"""The old names of tasks, which a queue filled before version 0.2 still holds."""

from calls import tasks
from calls.agent.tasks import prepare_call
from calls.measurement.tasks import process_recording


def test_the_old_names_are_the_same_tasks() -> None:
    assert tasks.prepare_call is prepare_call
    assert tasks.process_recording is process_recording
