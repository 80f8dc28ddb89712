"""TwiML for lines that no AI holds: regular and inbound calls, transfers, answering machines; and their webhooks.

An edge with its webhooks; imported by pages and `realtime/`. Tests: `tests/calls/call_flows/`.
"""
