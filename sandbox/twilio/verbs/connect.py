"""<Connect>, <Start> and <Stop>: media streams and recordings beside the document."""

from sandbox.twilio.call.flow_control import Order
from sandbox.twilio.call.resource import RecordingWish
from sandbox.twilio.twiml import Verb
from sandbox.twilio.verbs.context import Stage
from sandbox.twilio.verbs.media_stream import MediaStream

_TRACKS = {
    "inbound_track": ("inbound",),
    "outbound_track": ("outbound",),
    "both_tracks": ("inbound", "outbound"),
}


async def connect(stage: Stage, verb: Verb) -> Order | None:
    """Holds the document until the app closes the stream."""
    for child in verb.children:
        if child.get("track", "inbound_track") != "inbound_track":
            stage.error(31941, "Stream: a stream under <Connect> carries inbound_track only")
        await MediaStream(stage, child, two_way=True).run()
    return stage.action(verb) if verb.get("action") else None


async def start(stage: Stage, verb: Verb) -> None:
    """Starts what is inside and goes on at once."""
    for child in verb.children:
        if child.name == "Recording":
            stage.switch.record(stage.call, _wish(stage, child))
        else:
            _fork(stage, child)


def _fork(stage: Stage, child: Verb) -> None:
    tracks = _TRACKS.get(child.get("track", "inbound_track"))
    if tracks is None:
        stage.error(31941, f"Stream: invalid track {child.get('track')!r}")
        return
    stream = MediaStream(stage, child, two_way=False, tracks=tracks)
    stage.switch.fork(stage.call, stream.name, stream.sid, stream.run())


def _wish(stage: Stage, child: Verb) -> RecordingWish:
    channels = 1 if child.get("channels", "mono") == "mono" else 2
    callback = stage.callback(child, "recordingStatusCallback", events="completed")
    return RecordingWish(
        channels, child.get("track", "both"), child.get("trim") == "trim-silence", "StartCallRecordingTwiML", callback
    )


async def stop(stage: Stage, verb: Verb) -> None:
    for child in verb.children:
        await stage.switch.unfork(stage.call, child.get("name"))
