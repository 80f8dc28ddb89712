"""TwiML carried out in real time: the interpreter, one module for each family of verbs, and media streams.

Decided here: what each verb does on a line. Verbs reach the switch only through ``context.CallControl``. Imported by
``switch`` and ``sandbox.replay``. Tests: ``tests/sandbox/twilio/verbs/``.
"""
