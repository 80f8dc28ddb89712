"""Consent: whether a person may be contacted, decided from facts about the person and the number alone.

Today: suppressed numbers. To come: consent records (append-only), the national do-not-call list, revocation, quiet
hours and contact frequency. The one gate every call passes, `calls.compliance.gate`, asks here.
Imports models only; scheduling, pipeline and the apps above may import it. Tests: `tests/leads/consent/`.
"""
