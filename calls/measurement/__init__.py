"""What a call measured: figures from its recording, statistics of them, and whether a call may stand for its type.

Pages and comparisons read from here; nothing here knows a page. Tests: `tests/calls/measurement/`.
"""
