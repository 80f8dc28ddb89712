"""Twilio's REST API: calls, recordings, streams and text messages.

Decided here: what an app may ask for over HTTP and how it is refused. Imported by ``sandbox.app`` alone. Tests:
``tests/sandbox/twilio/rest/``.
"""
