"""Every phone call, whatever its type. A folder is named after the decision that lives in it.

Which folder may import which is the contract "Inside calls imports go one way" in `pyproject.toml`; the higher line of
it may import the lower. `docs/architecture.md` has a line for each. Tests mirror the tree in `tests/calls/`.
"""
