"""The JSON API: who may ask, what is refused, and the shape of every answer. `/api/docs` is generated from it.

An edge: only `realestate/urls.py` and the command that issues tokens import it. Tests: `tests/calls/api/`.
"""
