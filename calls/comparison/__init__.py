"""Which way should I call? Placing side-by-side test calls, and the verdict their page gives.

Imported by the API, the live pages and the sweep's owner, the dialer. Tests: `tests/calls/comparison/`.
"""
