"""One live call: its setup, the loop that drives the bridge, its rows, and its handoff to the next engine.

Decided here: nothing about the conversation (the bridge does that), but who may stream, which thread does what, and
what is stored. The media stream's edge and the shutdown import it. Tests: `tests/realtime/session`.
"""
