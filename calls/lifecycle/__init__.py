"""A call from placing to ending: the one way to the carrier, its reports, and what an end means.

Beside `agent/`: neither imports the other, so a person's call loads no AI. Tests: `tests/calls/lifecycle/`.
"""
