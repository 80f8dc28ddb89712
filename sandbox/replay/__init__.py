"""A call's log played against an app again: its requests, its person's voice and keys, in the same order and time.

``score`` reads a log, ``likeness`` judges two answers, both pure; ``player`` does it with the sandbox's own webhooks,
line and media stream. The app sees another call: a new CallSid, and the addresses it gives out this time.
"""
