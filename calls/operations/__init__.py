"""Running the processes: health, system checks, draining, event-loop lag, periodic work.

Imported by commands, pages and the gate. Tests: `tests/calls/operations/`.
"""
