"""Listings: which homes are on offer, how they are searched, and which place or street a caller's words mean.

To come: the import of an MLS feed. Imports models, errors and spoken forms; profile and the apps above may import it.
Tests: `tests/leads/listings/`.
"""
