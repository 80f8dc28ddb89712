"""<Connect>, <Start> and <Stop>: media streams, and recordings that run beside the document."""

from sandbox.twilio.call.flow_control import Instruction
from sandbox.twilio.call.resource import RecordingOptions
from sandbox.twilio.twiml import Verb
from sandbox.twilio.verbs.context import VerbContext
from sandbox.twilio.verbs.media_stream import MediaStream

_TRACKS = {
    "inbound_track": ("inbound",),
    "outbound_track": ("outbound",),
    "both_tracks": ("inbound", "outbound"),
}


async def connect(context: VerbContext, verb: Verb) -> Instruction | None:
    """Blocks the document until the app closes the stream."""
    for child in verb.children:
        if child.get("track", "inbound_track") != "inbound_track":
            context.error(31941, "Stream: a stream under <Connect> carries inbound_track only")
        await MediaStream(context, child, two_way=True).run()
    return context.action(verb) if verb.get("action") else None


async def start(context: VerbContext, verb: Verb) -> None:
    """Starts the streams and recordings inside and goes on at once."""
    for child in verb.children:
        if child.name == "Recording":
            context.switch.record(context.call, _recording_options(context, child))
        else:
            _start_stream(context, child)


def _start_stream(context: VerbContext, child: Verb) -> None:
    tracks = _TRACKS.get(child.get("track", "inbound_track"))
    if tracks is None:
        context.error(31941, f"Stream: invalid track {child.get('track')!r}")
        return
    stream = MediaStream(context, child, two_way=False, tracks=tracks)
    context.switch.start_stream(context.call, stream.name, stream.sid, stream.run())


def _recording_options(context: VerbContext, child: Verb) -> RecordingOptions:
    channels = 1 if child.get("channels", "mono") == "mono" else 2
    callback = context.callback(child, "recordingStatusCallback", events="completed")
    return RecordingOptions(
        channels, child.get("track", "both"), child.get("trim") == "trim-silence", "StartCallRecordingTwiML", callback
    )


async def stop(context: VerbContext, verb: Verb) -> None:
    for child in verb.children:
        await context.switch.stop_stream(context.call, child.get("name"))
