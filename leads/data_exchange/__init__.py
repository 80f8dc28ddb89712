"""Data exchange (to come): getting leads in and out of the CRM in bulk.

Will be decided here: CSV dialects and column mapping, validation with a preview, which existing lead a row means, and
what an export may contain. May import the profile, consent, pipeline and timeline packages; only the admin and the
apps above may import it. Tests: `tests/leads/data_exchange/`.
"""
