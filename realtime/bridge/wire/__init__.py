"""The JSON of both peers: Twilio's Media Streams and OpenAI's Realtime API, to and from the bridge's vocabulary.

Decided here: how a message is read and written, and what is refused as unreadable. The only place that knows a field's
name; the session and the edges import it. Tests: `tests/realtime/bridge/wire`.
"""
