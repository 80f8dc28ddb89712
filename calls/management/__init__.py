"""Management commands of the calls; see `commands/`. Tests: `tests/calls/management/`."""
