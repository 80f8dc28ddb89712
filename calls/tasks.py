"""The names by which tasks queued before version 0.2 are found. New code imports them from where they live."""

from calls.agent.tasks import prepare_call
from calls.measurement.tasks import process_recording

__all__ = ["prepare_call", "process_recording"]
