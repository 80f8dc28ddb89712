"""The database, also while it is away: how long it is waited for, and what is kept until it takes writes again.

Decided here: when an error means that the database is away, how long a statement may take on a live call, and what
becomes of a write that it did not take. Everything above may import it. Tests: `tests/calls/database/`.
"""
