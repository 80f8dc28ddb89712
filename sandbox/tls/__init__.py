"""Plain connections and TLS on one port, and certificates of the sandbox's own.

Decided here: whom clients of the sandbox are to trust, whom it trusts, and which connection is which. Imported by
``services``, ``app`` and ``command``. Tests: ``tests/sandbox/tls/``.
"""
