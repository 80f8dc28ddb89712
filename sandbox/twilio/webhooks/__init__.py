"""Twilio as the client of the app: requests for TwiML, status callbacks, signatures, retries.

Decided here: what an app is asked and told, when, and how often it is tried again. Imported by ``verbs``, ``switch``
and ``rest``. Tests: ``tests/sandbox/twilio/webhooks/``.
"""
