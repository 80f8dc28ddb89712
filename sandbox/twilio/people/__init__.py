"""The people on the phone: who answers which number, the simulated person, and phones in browsers.

Decided here: what a telephone does when it rings, and what the person who holds it says and presses. Imported by
``switch`` and ``rest``. Tests: ``tests/sandbox/twilio/people/``.
"""
