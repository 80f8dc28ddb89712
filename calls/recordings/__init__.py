"""A call's recording: fetching and storing it, its samples, voice activity, and the transcript of a regular call.

Imported by measurement and pages. Tests: `tests/calls/recordings/`.
"""
