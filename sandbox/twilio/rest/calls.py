"""``/Calls`` and ``/Recordings`` of the REST API, as https://api.twilio.com/2010-04-01 serves them."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.conformance.examiner import examined
from sandbox.twilio.call import placing
from sandbox.twilio.call.flow_control import HangUp
from sandbox.twilio.call.recording import Recording
from sandbox.twilio.call.resource import Call, RecordingOptions, rfc2822
from sandbox.twilio.line.leg import Clock
from sandbox.twilio.rest import recording_media
from sandbox.twilio.rest.conventions import ACCOUNT, Handler, form_of, guarded, owned_numbers, page_of
from sandbox.twilio.rest_errors import RestError, not_found, on_request
from sandbox.twilio.switch import Switch


def routes(switch: Switch) -> list[BaseRoute]:
    api = _Api(switch)
    call, recording = ACCOUNT + "/Calls/{call}", ACCOUNT + "/Recordings/{recording}"
    table: list[tuple[str, str, Handler]] = [
        ("POST", ACCOUNT + "/Calls.json", api.create_call),
        ("GET", ACCOUNT + "/Calls.json", api.list_calls),
        ("GET", call + ".json", api.fetch_call),
        ("POST", call + ".json", api.update_call),
        ("DELETE", call + ".json", api.delete_call),
        ("POST", call + "/Recordings.json", api.start_recording),
        ("GET", call + "/Recordings.json", api.list_recordings),
        ("GET", call + "/Recordings/{recording}.json", api.fetch_recording),
        ("POST", call + "/Recordings/{recording}.json", api.update_recording),
        ("DELETE", call + "/Recordings/{recording}.json", api.delete_recording),
        ("POST", call + "/Streams/{stream}.json", api.stop_stream),
        ("GET", ACCOUNT + "/Recordings.json", api.list_recordings),
        ("GET", recording + ".json", api.fetch_recording),
        ("DELETE", recording + ".json", api.delete_recording),
        ("GET", ACCOUNT + "/Recordings/{file}", api.media),
    ]
    served = [Route(path, guarded(switch, handler), methods=[method]) for method, path, handler in table]
    return examined(served, switch.services.complaints)


class _Api:
    """One method for each route."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch

    # calls ----------------------------------------------------------------------------------------------------

    async def create_call(self, request: Request) -> Response:
        form = await form_of(request)
        if fault := self._switch.services.faults.take("twilio.create_error", to=placing.first(form, "To")):
            raise on_request(fault)
        config = self._switch.services.config
        to, from_ = placing.numbers(form, owned_numbers(config))
        call = Call(config.account_sid, to, from_, placing.options(form), clock=Clock(pace=config.pace))
        await self._place(call)
        return JSONResponse(call.as_json(), 201)

    async def _place(self, call: Call) -> None:
        """Places the call; under ``twilio.create_timeout`` the answer is late, and the phone rings all the same unless
        dialed=false.
        """
        fault = self._switch.services.faults.take("twilio.create_timeout", to=call.to)
        if fault is None or fault.params["dialed"]:
            self._switch.place(call)
        if fault is not None:
            await asyncio.sleep(fault.number("seconds"))

    async def list_calls(self, request: Request) -> Response:
        query = request.query_params
        found = [call for call in reversed(self._switch.calls.values()) if _fits(call, query)]
        return page_of(request, "calls", [call.as_json() for call in found])

    async def fetch_call(self, request: Request) -> Response:
        return JSONResponse(self._call(request).as_json())

    async def update_call(self, request: Request) -> Response:
        call, form = self._call(request), await form_of(request)
        if not call.live or call.flow.final:
            problem = "Call is not in-progress. Cannot redirect."
            raise RestError(400, 21220, f"Unable to update record: {problem}" if call.live else problem)
        if fault := self._switch.services.faults.take("twilio.update_error", to=call.person):
            call.log("fault", name=fault.name, line_ms=call.leg.milliseconds)
            raise on_request(fault)
        changed, status, instruction = placing.changed(call.options, form), placing.first(form, "Status"), None
        if not status and (instruction := placing.redirect(form)):
            self._judge_redirect(call, form)
        call.options = changed
        if status:
            await _end(call, status)
        elif instruction:
            call.flow.give(instruction)
        return JSONResponse(call.as_json())

    def _judge_redirect(self, call: Call, form: placing.Form) -> None:
        """Only a call in progress can be redirected (https://www.twilio.com/docs/api/errors/21220). An inbound one that
        still rings under <Dial answerOnBridge> counts as one: its document runs. Twilio's OpenAPI description says that
        ``Url`` and ``Twiml`` are mutually exclusive, and not what happens with both; as in a create, ``Url`` wins here.
        """
        if not call.answered and call.direction != "inbound":
            raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
        if placing.first(form, "Url") and placing.first(form, "Twiml"):
            problem = "Url and Twiml are mutually exclusive; Twiml was ignored"
            self._switch.services.complaints.add("twilio.rest", message="Calls.update", problem=problem, about=call.sid)

    async def delete_call(self, request: Request) -> Response:
        call = self._call(request)
        if call.live:
            raise RestError(400, 20009, "Cannot delete a call in progress")
        del self._switch.calls[call.sid]
        return Response(status_code=204)

    def _call(self, request: Request) -> Call:
        call = self._switch.calls.get(request.path_params["call"])
        if call is None:
            raise not_found(request.url.path)
        return call

    async def stop_stream(self, request: Request) -> Response:
        call, name = self._call(request), request.path_params["stream"]
        fork = await self._switch.stop_stream(call, name)
        if fork is None:
            raise not_found(request.url.path)
        return JSONResponse(_stopped_stream(call, fork.sid, name))

    # recordings -----------------------------------------------------------------------------------------------

    async def start_recording(self, request: Request) -> Response:
        call, form = self._call(request), await form_of(request)
        if call.status != "in-progress":
            raise RestError(400, 21220, "Requested resource is not eligible for recording")
        options: RecordingOptions = placing.recording(form, "StartCallRecordingAPI")
        recorder = self._switch.record(call, options)
        return JSONResponse(self._json(request, recorder.recording), 201)

    async def update_recording(self, request: Request) -> Response:
        recording, form = self._recording(request), await form_of(request)
        recorder = self._switch.recorder(recording)
        status = placing.first(form, "Status")
        if recorder is None or recording.status in ("completed", "absent"):
            raise RestError(400, 21220, "Recording is not in-progress")
        if status == "stopped":
            recorder.finish()
            recorder.tell()
        elif status in ("paused", "in-progress"):
            recorder.pause(paused=status == "paused")
        else:
            raise RestError(400, 20001, f"Invalid Status: {status}")
        return JSONResponse(self._json(request, recording))

    async def list_recordings(self, request: Request) -> Response:
        wanted = request.path_params.get("call") or request.query_params.get("CallSid")
        found = [one for one in reversed(self._switch.recordings.values()) if wanted in (None, one.call.sid)]
        return page_of(request, "recordings", [self._json(request, recording) for recording in found])

    async def fetch_recording(self, request: Request) -> Response:
        return JSONResponse(self._json(request, self._recording(request)))

    async def delete_recording(self, request: Request) -> Response:
        recording = self._recording(request)
        del self._switch.recordings[recording.sid]
        await asyncio.to_thread(recording.path.unlink, missing_ok=True)
        return Response(status_code=204)

    async def media(self, request: Request) -> Response:
        """``RE….wav``, ``RE….mp3`` or ``RE…`` alone; 404 until the recording is complete."""
        sid, dot, extension = request.path_params["file"].partition(".")
        recording = self._switch.recordings.get(sid)
        if recording is None or recording.status != "completed":
            raise not_found(request.url.path)
        return await recording_media.response(recording, request, dot + extension)

    def _recording(self, request: Request) -> Recording:
        sid = request.path_params["recording"]
        if sid == "Current" or sid == "Twilio.CURRENT":
            running = [one for one in self._switch.recordings.values() if one.call.sid == request.path_params["call"]]
            sid = running[-1].sid if running else sid
        recording = self._switch.recordings.get(sid)
        if recording is None:
            raise not_found(request.url.path)
        return recording

    def _json(self, request: Request, recording: Recording) -> dict[str, Any]:
        below_call = "call" in request.path_params
        return recording.as_json_of_call() if below_call else recording.as_json(self._switch.media_base)


def _stopped_stream(call: Call, sid: str, name: str) -> dict[str, Any]:
    """The Stream resource after it was stopped."""
    about = {"sid": sid, "account_sid": call.account_sid, "call_sid": call.sid, "name": None if name == sid else name}
    uri = f"{call.uri.removesuffix('.json')}/Streams/{sid}.json"
    return about | {"status": "stopped", "date_updated": rfc2822(datetime.now(UTC)), "uri": uri}


async def _end(call: Call, status: str) -> None:
    """Ends a call: ``canceled`` only before the answer, ``completed`` always. An unanswered call is over with the
    response.
    """
    if status == "canceled" and call.answered:
        raise RestError(400, 21220, "Call is in-progress. Cannot cancel.")
    if status not in ("canceled", "completed"):
        raise RestError(400, 21218, f"Invalid Status: {status}")
    call.flow.give(HangUp(f"REST {status}"))
    if not call.answered:
        await call.over.wait()


def _fits(call: Call, query: Any) -> bool:
    """The list's filters; a date alone means that whole day."""
    checks = {"To": call.to, "From": call.from_, "Status": call.status}
    if any(query.get(key) not in (None, value) for key, value in checks.items()):
        return False
    if query.get("ParentCallSid") not in (None, call.parent.sid if call.parent else ""):
        return False
    return _within(call.started or call.created, "StartTime", query) and _within(call.ended, "EndTime", query)


def _within(moment: datetime | None, key: str, query: Any) -> bool:
    on, before, after = query.get(key), query.get(f"{key}<"), query.get(f"{key}>")
    if not (on or before or after):
        return True
    if moment is None:
        return False
    day = moment.date()
    return (not on or day == _day(on)) and (not before or day <= _day(before)) and (not after or day >= _day(after))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise RestError(400, 20001, f"Invalid date: {text}") from error
