"""Calling from a lead's page: which call buttons are on, why one is off, what a click does; and erasing a lead.

Composed by `calls/page_urls.py` and the admin; nothing else imports it. Tests: `tests/calls/lead_actions/`.
"""
