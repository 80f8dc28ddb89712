"""Management commands of the demo. Tests: `tests/demo/`."""
