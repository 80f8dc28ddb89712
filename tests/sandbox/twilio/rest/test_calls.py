"""What the REST API refuses, lists and hands out, through Twilio's own SDK."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.audio import dbfs, read_wav
from sandbox.speech import Speech
from tests.sandbox.twilio_world import LEAD, OURS, QUICK, Rebased, World, twilio_world


@pytest.fixture
def world(speech: Speech, tmp_path: Path) -> Iterator[World]:
    with twilio_world(speech, str(tmp_path), pace=QUICK) as world:
        yield world


def refusal(world: World, **kwargs: Any) -> TwilioRestException:
    fields = {"to": LEAD, "from_": OURS, "url": "http://127.0.0.1/voice"} | kwargs
    with pytest.raises(TwilioRestException) as refused:
        world.client.calls.create(**{key: value for key, value in fields.items() if value is not None})
    return refused.value


REFUSED = [
    ({"to": ""}, 21201),
    ({"to": "+1555"}, 21211),
    ({"to": "5125550101"}, 21211),
    ({"to": "+0123456789"}, 21211),
    ({"from_": ""}, 21213),
    ({"from_": "12"}, 21212),
    ({"url": None}, 21205),
    ({"url": "not a url"}, 21205),
    ({"url": "ftp://host/voice"}, 21205),
    ({"url": "http://[x"}, 21205),
    ({"url": "http://host:99999/voice"}, 21205),
    ({"url": None, "twiml": "<Response>" + " " * 4000 + "</Response>"}, 32018),
    ({"url": None, "twiml": "<Response>"}, 12100),
    ({"status_callback": "http://my_host.example/status"}, 21609),
    ({"send_digits": "1,2"}, 21206),
    ({"send_digits": "w" * 33}, 21206),
    ({"timeout": "soon"}, 21208),
    ({"timeout": "nan"}, 21208),
    ({"time_limit": "inf"}, 21200),
    ({"machine_detection": "Enable", "machine_detection_timeout": "nan"}, 21234),
    ({"method": "PUT"}, 21209),
    ({"fallback_method": "PUT"}, 21200),
]


@pytest.mark.parametrize(
    ("wrong", "code"),
    REFUSED,
)
def test_a_bad_call_is_refused_with_twilios_code(world: World, wrong: dict[str, Any], code: int) -> None:
    refused = refusal(world, **wrong)

    assert (refused.status, refused.code) == (400, code)
    assert world.client.calls.list() == []


def test_a_refusal_has_twilios_body(world: World) -> None:
    path = f"{world.url}/2010-04-01/Accounts/{world.config.account_sid}/Calls.json"
    auth = (world.config.account_sid, world.config.auth_token)
    form = {"To": "+1555", "From": OURS, "Url": "http://127.0.0.1/"}

    reply = httpx.post(path, data=form, auth=auth, trust_env=False)

    assert reply.status_code == 400
    assert reply.json() == {
        "code": 21211,
        "message": "Invalid 'To' Phone Number: +1555",
        "more_info": "https://www.twilio.com/docs/errors/21211",
        "status": 400,
    }


def test_a_number_the_account_does_not_own_may_not_call(speech: Speech, tmp_path: Path) -> None:
    with twilio_world(speech, str(tmp_path), owned_numbers="+15125550999") as world:
        assert refusal(world).code == 21210


@pytest.mark.parametrize("secret", ["wrong", ""])
def test_wrong_credentials_are_refused(world: World, secret: str) -> None:
    stranger = Client(world.config.account_sid, secret or "x", http_client=Rebased(world.url))

    with pytest.raises(TwilioRestException) as refused:
        stranger.calls.create(to=LEAD, from_=OURS, url="http://127.0.0.1/voice")

    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_an_api_key_opens_the_account(speech: Speech, tmp_path: Path) -> None:
    key = "SK" + "1" * 32
    with twilio_world(speech, str(tmp_path), api_key=key, api_secret="hush") as world:
        client = Client(key, "hush", world.config.account_sid, http_client=Rebased(world.url))

        assert client.calls.list() == []


def test_unknown_calls_and_recordings_are_not_found(world: World) -> None:
    for lookup in (world.client.calls("CA" + "0" * 32), world.client.recordings("RE" + "0" * 32)):
        with pytest.raises(TwilioRestException) as refused:
            lookup.fetch()
        assert (refused.value.status, refused.value.code) == (404, 20404)


@pytest.mark.provokes
def test_a_field_twilio_does_not_know_is_a_complaint(world: World) -> None:
    world.answered_by(outcome="busy")
    path = f"{world.url}/2010-04-01/Accounts/{world.config.account_sid}/Calls.json"
    form = {"To": LEAD, "From": OURS, "Url": "http://127.0.0.1/", "Tone": "friendly"}

    httpx.post(path, data=form, auth=(world.config.account_sid, world.config.auth_token), trust_env=False)

    assert [one["problem"] for one in world.complaints()] == ["unknown field Tone"]


def test_the_reply_has_every_field_of_the_resource(world: World) -> None:
    world.answered_by(outcome="busy")
    call = world.place()
    path = f"{world.url}/2010-04-01/Accounts/{world.config.account_sid}/Calls/{call.sid}.json"

    body = httpx.get(path, auth=(world.config.account_sid, world.config.auth_token), trust_env=False).json()

    expected = (
        "sid account_sid to to_formatted from from_formatted phone_number_sid status direction answered_by start_time "
        "end_time duration price price_unit api_version parent_call_sid forwarded_from caller_name group_sid "
        "queue_time trunk_sid date_created date_updated uri subresource_uris"
    )
    assert body.keys() >= set(expected.split())
    assert re.fullmatch(r"CA[0-9a-f]{32}", body["sid"])
    assert body["to_formatted"] == "(512) 555-0101"
    assert body["price_unit"] == "USD"
    assert call.date_created is not None


def test_calls_are_listed_newest_first_filtered_and_paged(world: World) -> None:
    world.answered_by(outcome="busy")
    numbers = [f"+151255501{n:02}" for n in range(20, 27)]
    calls = [world.place(to=number, timeout=1) for number in numbers]

    assert [call.sid for call in world.client.calls.list(page_size=3)] == [call.sid for call in reversed(calls)]
    assert [call.to for call in world.client.calls.list(to=numbers[2])] == [numbers[2]]
    assert len(world.client.calls.list(limit=4)) == 4
    for call in calls:
        call.update(status="completed")
    assert world.client.calls.list(status="queued") == []


def recorded(world: World, **kwargs: Any) -> tuple[Any, dict[str, str]]:
    """A recorded call and what its recording callback said."""
    world.answered_by(script=["Hello, this is the lead speaking."])
    callback = f"{world.app.url}/recorded"
    twiml = "<Pause length='2'/><Say>This is the agent speaking.</Say>"
    call = world.place(twiml, record=True, recording_status_callback=callback, **kwargs)
    return call, world.app.wait_for("/recorded").form


def test_a_recorded_call_has_the_person_left_and_twilio_right(world: World) -> None:
    call, told = recorded(world, recording_channels="dual")

    assert (told["RecordingStatus"], told["RecordingChannels"], told["RecordingSource"]) == (
        "completed",
        "2",
        "OutboundAPI",
    )
    last = world.app.wait_for("/status", CallStatus="completed").form
    assert last["RecordingSid"] == told["RecordingSid"]
    (recording,) = world.client.recordings.list(call_sid=call.sid)
    assert (recording.sid, recording.channels, recording.status) == (told["RecordingSid"], 2, "completed")
    sound, _ = read_wav(httpx.get(told["RecordingUrl"], trust_env=False).content)
    said = world.events(call.sid, "said")[0]
    agent_at = next(event["line_ms"] for event in world.events(call.sid, "verb") if event["name"] == "Say")
    person = sound[said["start_ms"] * 8 : said["end_ms"] * 8]
    agent = sound[agent_at * 8 + 4000 : agent_at * 8 + 12000]
    assert dbfs(person[:, 0]) > -35
    assert dbfs(person[:, 1]) < -60
    assert dbfs(agent[:, 1]) > -35
    assert dbfs(agent[:, 0]) < -60


def test_a_recording_is_had_as_wav_mono_or_mp3(world: World) -> None:
    _, told = recorded(world, recording_channels="dual")

    def get(end: str) -> httpx.Response:
        return httpx.get(told["RecordingUrl"] + end, trust_env=False)

    wav, mono, mp3 = get(".wav"), get(".wav?RequestedChannels=1"), get(".mp3")

    assert wav.headers["content-type"] == "audio/x-wav"
    assert read_wav(wav.content)[0].ndim == 2
    assert read_wav(mono.content)[0].ndim == 1
    with av.open(io.BytesIO(mp3.content), "r") as file:
        assert file.streams.audio[0].codec_context.name.startswith("mp3")
    assert get(".ogg").status_code == 404
    stranger = httpx.get(told["RecordingUrl"], auth=(world.config.account_sid, "wrong"), trust_env=False)
    assert stranger.status_code == 401


def test_a_deleted_recording_is_gone(world: World) -> None:
    _, told = recorded(world)

    world.client.recordings(told["RecordingSid"]).delete()

    assert httpx.get(told["RecordingUrl"], trust_env=False).status_code == 404
    assert not list(Path(world.config.recordings).glob("*.wav"))


def test_a_live_call_can_be_recorded_paused_and_stopped(world: World) -> None:
    world.answered_by(script=["Hello?"])
    call = world.place("<Pause length='60'/>")
    world.app.wait_for("/voice")

    recording = world.client.calls(call.sid).recordings.create(recording_channels="dual")
    paused = world.client.calls(call.sid).recordings(recording.sid).update(status="paused")
    world.wait_event(call.sid, "said")
    stopped = world.client.calls(call.sid).recordings(recording.sid).update(status="stopped")

    assert (recording.source, recording.status, paused.status) == ("StartCallRecordingAPI", "in-progress", "paused")
    assert stopped.status == "completed"
    assert int(stopped.duration) >= 1
    call.update(status="completed")


def test_a_message_is_recorded_after_the_beep(world: World) -> None:
    world.answered_by(script=[{"say": "Please call me back tomorrow.", "after": 1}])
    world.place('<Record action="/message" timeout="6" playBeep="true"/>')

    form = world.app.wait_for("/message").form

    assert int(form["RecordingDuration"]) >= 1
    sound, _ = read_wav(httpx.get(form["RecordingUrl"], trust_env=False).content)
    assert sound.ndim == 1
    assert dbfs(sound) > -35


@pytest.mark.parametrize(
    ("attributes", "then", "digits"),
    [
        ('finishOnKey="#"', {"press": "1#", "after": 1}, "#"),
        ("", {"press": "1#", "after": 1}, "1"),
        ('maxLength="2"', {"wait": True}, ""),
    ],
)
def test_a_message_ends_with_a_key_or_at_its_longest(
    world: World, attributes: str, then: dict[str, Any], digits: str
) -> None:
    world.answered_by(script=["Please call me back tomorrow morning, or at noon if you can.", then])
    world.place(f'<Record action="/message" timeout="30" playBeep="false" trim="do-not-trim" {attributes}/>')

    form = world.app.wait_for("/message").form

    assert form["Digits"] == digits
    assert (form["RecordingDuration"] == "2") == ("maxLength" in attributes)


def test_of_silence_no_message_is_made(world: World) -> None:
    world.answered_by(script=[])
    world.place('<Record action="/message" timeout="2"/><Redirect>/after</Redirect>')

    world.app.wait_for("/after")

    assert world.app.told("/message") == []


def test_hanging_up_ends_a_message_and_the_action_is_told(world: World) -> None:
    world.answered_by(script=["Please call me back tomorrow.", {"hang_up": True, "after": 1}])
    world.place('<Record action="/message" timeout="9" playBeep="false"/>')

    assert world.app.wait_for("/message").form["Digits"] == "hangup"


@pytest.mark.parametrize("by", ["name", "sid"])
def test_a_forked_stream_is_stopped_over_rest_and_the_call_goes_on(world: World, by: str) -> None:
    got: list[str] = []

    async def listen(socket: Any) -> None:
        await socket.accept()
        got.extend([text async for text in socket.iter_text()])

    world.app.socket_handler = listen
    world.answered_by(script=[])
    stream = f'<Stream name="mine" url="{world.app.ws_url}/fork" statusCallback="/stream"/>'
    call = world.place(f"<Start>{stream}</Start><Pause length='60'/>")
    started = world.app.wait_for("/stream", StreamEvent="stream-started").form
    name = "mine" if by == "name" else started["StreamSid"]

    stopped = world.client.calls(call.sid).streams(name).update(status="stopped")

    assert (stopped.sid, stopped.call_sid, stopped.status) == (started["StreamSid"], call.sid, "stopped")
    world.app.wait_for("/stream", StreamEvent="stream-stopped")
    assert '"event":"stop"' in got[-1]
    assert call.fetch().status == "in-progress"
    with pytest.raises(TwilioRestException) as refused:
        world.client.calls(call.sid).streams(name).update(status="stopped")
    assert refused.value.status == 404


def test_start_recording_and_a_forked_stream_run_beside_the_document(world: World) -> None:
    got: list[str] = []

    async def listen(socket: Any) -> None:
        await socket.accept()
        got.extend([text async for text in socket.iter_text()])

    world.app.socket_handler = listen
    world.answered_by(script=["Hello?"])
    start = (
        '<Start><Recording channels="dual" recordingStatusCallback="/recorded"/>'
        f'<Stream name="mine" url="{world.app.ws_url}/fork" track="both_tracks" statusCallback="/stream"/></Start>'
    )
    world.place(start + '<Say>Hello.</Say><Stop><Stream name="mine"/></Stop><Pause/>')

    assert world.app.wait_for("/recorded").form["RecordingSource"] == "StartCallRecordingTwiML"
    world.app.wait_for("/stream", StreamEvent="stream-stopped", StreamName="mine")
    assert '"tracks":["inbound","outbound"]' in got[1]
    assert '"event":"stop"' in got[-1]
