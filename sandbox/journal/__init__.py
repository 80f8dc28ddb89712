"""Logs of calls and model sessions, made only of what passes on the wire, and how they belong together.

Decided here: what a log line holds and which call it belongs to. ``journal`` is a bounded log, ``spans`` finds when a
line carried sound, ``folding`` folds floods of small messages, ``observer`` sees the requests and sessions of the
vendors' URLs, ``pairing`` decides which call they belong to, ``ladder`` turns a log into the rows of a diagram.
Imported by ``services``, ``twilio`` and ``web``. Tests: ``tests/sandbox/journal/``.
"""

from sandbox.journal.journal import Event, Journal

__all__ = ["Event", "Journal"]
