"""One call: its REST resource, its options, its recordings, its log, and the faults that hit its line.

Decided here: what a call is and what may be asked of it; nothing here knows the switch or runs TwiML. Imported by
``webhooks``, ``people``, ``verbs``, ``switch`` and ``rest``. Tests: ``tests/sandbox/twilio/call/``.
"""
