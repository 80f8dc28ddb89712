"""The CRM: the people we talk to, what they want, what we offer, when we meet them, and who may not be called.

Decided here: everything about a lead that does not depend on how a call works. Imports no other app of this project;
`calls`, `realtime`, `demo` and `realestate` may import it. The layers inside it are in `pyproject.toml`.
Tests: `tests/leads/`, one file per module.
"""
