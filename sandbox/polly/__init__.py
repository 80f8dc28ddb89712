"""Amazon Polly: speech synthesis over its HTTP API, its voices, and SSML.

Decided here: which requests Polly accepts and how its speech is encoded. Imported by ``sandbox.app``, and by
``sandbox.twilio`` for the voices. Tests: ``tests/sandbox/polly/``.
"""
