"""The tables of the handbook."""

from sandbox.faults.catalog import KINDS
from sandbox.faults.failure_modes import MODES
from sandbox.faults.tables import tables


def test_every_fault_and_every_failure_mode_has_a_row():
    rows = tables().splitlines()
    assert all(any(row.startswith(f"| `{name}` |") for row in rows) for name in KINDS)
    assert all(any(row.startswith(f"| {number} |") for row in rows) for number in MODES)


def test_a_default_is_shown_as_people_write_it():
    row = next(row for row in tables().splitlines() if row.startswith("| `twilio.create_timeout` |"))
    assert "`dialed` (yes)" in row
