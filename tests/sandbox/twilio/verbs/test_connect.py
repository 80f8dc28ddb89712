"""<Start> and <Stop>: what runs beside the document."""

from sandbox.twilio.verbs.connect import start, stop
from tests.sandbox.twilio.verbs.control import WrittenDown, context_of


async def asked_by(twiml: str):
    context = context_of(twiml)
    for verb in context.document.verbs:
        await (start if verb.name == "Start" else stop)(context, verb)
    assert isinstance(context.switch, WrittenDown)
    return context.switch.asked


async def test_a_stream_is_started_and_stopped_by_its_name():
    twiml = '<Start><Stream name="a" url="wss://app/s"/></Start><Stop><Stream name="a"/></Stop>'
    assert await asked_by(twiml) == [("start_stream", "a"), ("stop_stream", "a")]


async def test_a_track_nobody_knows_starts_nothing():
    assert await asked_by('<Start><Stream name="a" url="wss://app/s" track="all"/></Start>') == [("notify", 31941)]


async def test_a_recording_runs_beside_the_document():
    assert await asked_by('<Start><Recording channels="dual"/></Start>') == [("record", "both", 2)]
