"""The demo: Ringside on one machine, with a synthetic brokerage and stand-ins for the phone and AI vendors.

Decided here: which people and homes are invented, who answers which number, and which processes run together. Imports
`leads`, and reaches everything else over HTTP or `manage.py`; only tests import it. Tests: `tests/demo/`.
"""
