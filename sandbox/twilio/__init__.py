"""Twilio: the REST API, TwiML carried out in real time, signed webhooks, media streams, recordings, text messages.

Decided here: what Twilio does with a call. ``switch`` owns all calls; ``rest`` lets an app control them, ``verbs``
carries out its TwiML, ``webhooks`` asks and informs it, ``people`` answers the phones, ``call`` is what Twilio keeps of
one call, ``line`` its sound, ``twiml`` the language. Imported by ``sandbox.app``, ``replay`` and ``web``. Tests:
``tests/sandbox/twilio/``.
"""
