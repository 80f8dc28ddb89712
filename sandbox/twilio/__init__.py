"""Twilio's voice side: REST API, TwiML in real time, signed webhooks, media streams, recordings.

Faults taken here (``POST /sandbox/faults``; each may name the ``call`` it is meant for):

- ``twilio.create_error`` (status 500, code 20500, message, to): POST /Calls.json is refused.
- ``twilio.create_timeout`` (seconds 30, dialled true, to): its answer comes late, the phone rings all the same.
- ``twilio.status_duplicate`` (event): a status callback is sent twice.
- ``twilio.status_reorder`` (event, seconds 1): a status callback is sent later, after the ones that follow it.
- ``webhook.duplicate`` (url): a document is asked for twice, the first answer is thrown away.
- ``gather.empty``: the recogniser makes nothing of what was said.
- ``gather.low_confidence`` (confidence 0.21): it is not sure of it.
- ``stream.drop`` (at, seconds of the stream): the media socket breaks without ``stop``.
- ``stream.signature_slash``: the handshake is signed with a slash at the end of the URL.
"""
