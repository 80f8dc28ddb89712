"""What the carrier is told to do with a line that no AI holds: regular and inbound calls, transfers, machines.

An edge with its webhooks; imported by pages and `realtime/`. Tests: `tests/calls/call_flows/`.
"""
