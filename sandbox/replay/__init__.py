"""A call's log played against an app again: its requests, its person's voice and keys, in the same order and time.

Decided here: what a replay sends and which of the app's answers count as different. ``schedule`` reads a log,
``comparison`` compares two answers, both pure; ``player`` plays it with the webhooks, lines and media streams of
``sandbox.twilio``. The app sees another call: a new CallSid, and the URLs it gives out this time. Imported by
``sandbox.web`` and ``sandbox.__main__``. Tests: ``tests/sandbox/replay/``.
"""
