"""Scheduling: when an agent is free, which times are offered, whether the caller agreed, and booking exactly once.

To come: rescheduling, reminders, calendar sync. Imports models, consent, the timeline, errors and spoken forms; the
admin and the apps above may import it. Tests: `tests/leads/scheduling/`.
"""
