"""Conformance checks: is everything the sandbox accepts and sends what the real vendors accept and send?

Decided here: what counts as conforming. ``shapes`` holds Twilio's schemas (``twilio.json``), ``sdk_types`` checks
against OpenAI's SDK, the ``*_http`` and ``twilio_rest`` modules check each operation, ``examiner`` reads what passes,
``report`` adds up the counts. Imported by the vendors' packages and ``sandbox.app``; Realtime events and webhooks are
checked where they are sent and received. Tests: ``tests/sandbox/conformance/``.
"""
