"""WebSockets: the carrier's, the model's, the frames on both, and the queues in front of them.

Decided here: how a text reaches a peer quickly, and when a peer that stops reading is given up. It never reads the
texts; the session and the edges import it. Tests: `tests/realtime/transport`.
"""
