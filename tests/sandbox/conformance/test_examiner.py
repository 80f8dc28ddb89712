"""Requests and answers judged as they pass on the wire."""

import inspect
import json
import re
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.rest.api.v2010.account.call import CallContext, CallList
from twilio.rest.api.v2010.account.call.recording import RecordingContext, RecordingList
from twilio.rest.api.v2010.account.message import MessageContext, MessageList
from twilio.rest.api.v2010.account.recording import RecordingList as AccountRecordings

from sandbox.complaints import Complaints
from sandbox.conformance.examiner import examined
from sandbox.conformance.twilio_rest import OPERATIONS
from tests.sandbox.serving import serving

SIGNATURES = {
    "Calls.create": CallList.create,
    "Calls.list": CallList.list,
    "Calls.update": CallContext.update,
    "CallRecordings.create": RecordingList.create,
    "CallRecordings.list": RecordingList.list,
    "CallRecordings.update": RecordingContext.update,
    "Recordings.list": AccountRecordings.list,
    "Messages.create": MessageList.create,
    "Messages.list": MessageList.list,
    "Messages.update": MessageContext.update,
}


def on_the_wire(parameter: str) -> str:
    """A keyword of Twilio's library as the key it sends."""
    name, before, _ = parameter.rstrip("_").partition("_before")
    name, after, _ = name.partition("_after")
    return "".join(part.capitalize() for part in name.split("_")) + ("<" if before else ">" if after else "")


@pytest.mark.parametrize("name", SIGNATURES)
def test_an_operation_takes_the_keys_of_the_librarys_signature(name: str) -> None:
    parameters = set(inspect.signature(SIGNATURES[name]).parameters) - {"self", "limit", "page_size"}
    (operation,) = (one for one in OPERATIONS.values() if one.name == name)
    assert set(operation.keys.split()) - {"PageSize", "Page", "PageToken"} == {on_the_wire(one) for one in parameters}


def answering(path: str, answer: Response, complaints: Complaints, method: str = "POST") -> Any:
    async def endpoint(request: Any) -> Response:
        await request.body()
        return answer

    return serving(examined([Route(path, endpoint, methods=[method])], complaints))


def judged(path: str, answer: Response, *, url: str = "", **request: Any) -> Complaints:
    """The complaints about one request and that answer."""
    complaints = Complaints()
    with answering(path, answer, complaints) as address:
        httpx.post(f"http://{address}{url or path}", trust_env=False, **request)
    return complaints


def told(complaints: Complaints) -> list[tuple[str, str, str]]:
    return [(one.by, one.message, one.problem) for one in complaints.all()]


def test_a_call_resource_with_a_field_too_many_is_our_own_fault() -> None:
    body = {"code": 20404, "message": "m", "more_info": "https://www.twilio.com/docs/errors/20404", "status": 404}
    path = "/2010-04-01/Accounts/{account}/Calls.json"

    good = judged(path, JSONResponse(body, 404), url=path.format(account="AC1"), data={"To": "+1"})
    bad = judged(path, JSONResponse(body | {"status": 400}, 404), url=path.format(account="AC1"), data={"Tone": "x"})

    assert told(good) == []
    assert {kind.message for kind in good.checked} == {"Calls.create", "error"}
    assert told(bad) == [
        ("client", "Calls.create", "unknown field Tone"),
        ("sandbox", "error", "status: not the status of the reply"),
    ]


def test_each_chunk_of_a_stream_is_judged() -> None:
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
    lines = [json.dumps(chunk), json.dumps(chunk | {"mood": "good"}), "[DONE]"]
    body = "".join(f"data: {line}\n\n" for line in lines)

    found = judged("/v1/chat/completions", Response(body, media_type="text/event-stream"), json={})

    assert told(found) == [("sandbox", "chat.completion.chunk", "Unknown parameter: 'mood'.")]
    assert sorted(found.checked.values()) == [1, 1, 2]


def test_an_order_for_speech_is_judged_by_the_service_model() -> None:
    order = {"Text": "Hi", "OutputFormat": "mu-law", "VoiceId": "Joanna"}
    sound = Response(b"x", media_type="audio/mulaw", headers={"x-amzn-RequestCharacters": "2"})

    assert told(judged("/v1/speech", sound, json=order | {"OutputFormat": "mulaw"})) == []
    assert told(judged("/v1/speech", sound, json=order)) == [
        ("client", "SynthesizeSpeech", "OutputFormat: not in the service's list")
    ]
    loud = told(judged("/v1/speech", sound, json=order | {"Volume": 11}))
    assert [message for _, message, _ in loud] == ["SynthesizeSpeech"]
    assert re.search("Unknown parameter.*Volume", loud[0][2])


def test_a_route_nobody_can_judge_is_not_served() -> None:
    with pytest.raises(KeyError):
        examined([Route("/v1/dreams", lambda request: Response(), methods=["POST"])], Complaints())
