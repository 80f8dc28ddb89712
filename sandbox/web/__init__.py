"""The sandbox's own pages and API: the inspector at ``/sandbox/``, the browser phone, and ``/sandbox/calls``.

Decided here: what the pages show and which of the sandbox's own requests are accepted. Imported by ``sandbox.app``
alone. Tests: ``tests/sandbox/web/``.
"""
