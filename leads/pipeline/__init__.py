"""Pipeline: which leads a member of staff sees, in which order they are due, and how the list is filtered.

To come: stages and their rules, follow-up tasks, assignment of owners. Imports models and staff pages; the apps above
may import it, and show on its pages what they know about a lead. Tests: `tests/leads/pipeline/`.
"""
