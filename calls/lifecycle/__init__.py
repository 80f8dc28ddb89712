"""The life of a call: placing it at the carrier, following its status reports, and ending it.

Beside `agent/`: neither imports the other, so a person's call loads no AI. Tests: `tests/calls/lifecycle/`.
"""
