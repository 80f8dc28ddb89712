"""What is written down as a call goes on: events, engine spans, the transcript, call backs owed.

Every service above writes through it, and it wakes who watches. Tests: `tests/calls/call_log/`.
"""
