"""Timeline: the append-only record of what happened to a lead, and the stage moves that are written on it.

Imports models only; every package of the CRM and the apps above may write to it. Tests: `tests/leads/timeline/`.
"""
