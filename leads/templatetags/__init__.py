"""Template filters of the whole dashboard: how money, durations, dates and phone numbers are written.

Imports models only; templates of every app may load it. Tests: `tests/leads/templatetags/`.
"""
