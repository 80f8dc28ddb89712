"""The realtime bridge: every decision about a voice-to-voice call, without a socket, a clock or a database.

Decided here: who speaks when, what the caller has heard, what the model is told, and when the call leaves this engine.
`realtime.session` drives it; the bridge imports the standard library's pure parts and itself. Theory of operation:
`docs/bridge.md`. Tests: `tests/realtime/bridge`, in virtual time; they cover every branch.
"""
