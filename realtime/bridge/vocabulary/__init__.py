"""The bridge's words: events (what happened), actions (what to do), timers, and the configuration of a call.

Decided here: what the bridge can be told and can ask for. Frozen data without rules; every other part of the bridge and
the shell may import it. Tests: `tests/realtime/bridge/vocabulary`.
"""
