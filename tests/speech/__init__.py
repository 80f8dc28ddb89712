"""Measured, not asserted: how well the sandbox understands its voices, and how many calls at once it carries."""
