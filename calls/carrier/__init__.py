"""Twilio's webhook dialect: TwiML, signatures, call and stream identity, and what every webhook has in common.

Below the flows and engines that answer webhooks. The REST API is in `providers/`. Tests: `tests/calls/carrier/`.
"""
