"""The life of a call: placing it at the carrier, following its status reports, and ending it.

Above `agent/`, which writes the opening without which no AI call is placed. Tests: `tests/calls/lifecycle/`.
"""
