"""A call's recording: fetching and keeping it, its samples, where somebody speaks, and a regular call's transcript.

Imported by measurement and pages. Tests: `tests/calls/recordings/`.
"""
