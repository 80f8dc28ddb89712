"""Records of a call as it goes on: events, engine spans, the transcript, and tasks to call back.

Every service above writes through it, and it notifies the live pages. Tests: `tests/calls/call_log/`.
"""
