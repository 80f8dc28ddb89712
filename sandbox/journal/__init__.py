"""What happened, as far as the wire shows it: the log of each call and model session, and how they belong together.

``journal`` is a bounded log, ``spans`` says when a line carried sound, ``runs`` folds floods of small messages,
``witness`` sees the requests and sessions of the vendors' addresses, ``pairing`` decides which call they belong to,
``dossier`` puts a call's whole log together, ``ladder`` turns it into the rows of a diagram.
"""

from sandbox.journal.journal import Event, Journal

__all__ = ["Event", "Journal"]
