"""Profile: what a lead told us, field by field, with who said it and whether it was confirmed.

A confirmed value is never replaced by a guess. To come: merging two leads into one, explained scores. Imports models,
listings, the timeline, and the fair-housing filter; the admin and the apps above may import it.
Tests: `tests/leads/profile/`.
"""
