"""What was measured on a call: metrics of its recording, their statistics, and whether the call counts for its type.

Pages and comparisons read from here; nothing here knows a page. Tests: `tests/calls/measurement/`.
"""
