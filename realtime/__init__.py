"""Everything on a WebSocket: the realtime voice engine and the live pages.

Decided here: how a voice-to-voice call runs, from its media stream to the handoff to the next engine. Only `realestate`
(the ASGI application) may import it; it may import `calls` and `leads`. Tests: `tests/realtime`.
"""
