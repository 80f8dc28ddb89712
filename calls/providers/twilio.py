"""Twilio: the carrier over its REST API, and the check of its signatures. The only module that imports its SDK.

`TWILIO_API_BASE_URL` sends every request to another host in the same format. Nothing is ever retried here:
`Calls.json` has no idempotency key, so a second POST is a second call.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.http import QueryDict
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, RequestException, SSLError
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator, get_signature_algorithm
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.call.recording import RecordingInstance
from urllib3.exceptions import NewConnectionError

from calls.providers import CarrierCall, CarrierRecording, DialPlan, ProviderError, Telephony

API = "https://api.twilio.com"
TIMEOUT_SECONDS = 8.0  # somebody has pressed a button and waits
HEALTH_TIMEOUT_SECONDS = 2.0
DOWNLOAD_TIMEOUT_SECONDS = 30.0
STATUS_EVENTS = ["initiated", "ringing", "answered", "completed"]
NOT_UPDATABLE = "21220"  # the call has ended
NOT_FOUND = "20404"


class TwilioHttp(TwilioHttpClient):
    """The SDK's HTTP client, with a time-out (it has none) and an optional other base URL."""

    def __init__(self, base_url: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        super().__init__(timeout=timeout)
        self._base_url = base_url
        if base_url and self.session is not None:
            self.session.trust_env = False  # a proxy of the environment leads to the internet, not there

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, rebased_url(url, self._base_url), *args, **kwargs)


class TwilioTelephony:
    """`Telephony` over Twilio's REST API."""

    def __init__(self, account_sid: str, auth_token: str, *, base_url: str = "") -> None:
        self._account_sid, self._auth_token, self._base_url = account_sid, auth_token, base_url
        self._http = TwilioHttp(base_url)
        self._client = Client(account_sid, auth_token, http_client=self._http)

    def place_call(self, plan: DialPlan) -> CarrierCall:
        """Place an outbound call. After a ProviderError with `unknown_outcome` it may have been placed anyway."""
        try:
            return _carrier_call(self._client.calls.create(**_create_arguments(plan)))
        except (TwilioException, RequestException, ValueError) as error:
            raise provider_error(error, creating=True) from error

    def end_call(self, sid: str) -> None:
        """Hang up. A call that has already ended is not an error."""
        try:
            self._client.calls(sid).update(status="completed")
        except (TwilioException, RequestException, ValueError) as error:
            problem = provider_error(error)
            if problem.code not in (NOT_UPDATABLE, NOT_FOUND):
                raise problem from error

    def redirect_call(self, sid: str, *, url: str) -> None:
        """Interrupt whatever the call is doing and continue with the TwiML at `url`."""
        try:
            self._client.calls(sid).update(url=url, method="POST")
        except (TwilioException, RequestException, ValueError) as error:
            raise provider_error(error) from error

    def fetch_call(self, sid: str) -> CarrierCall:
        """Return the call as the carrier reports it; eventually consistent, so for repairs only."""
        try:
            return _carrier_call(self._client.calls(sid).fetch())
        except (TwilioException, RequestException, ValueError) as error:
            raise provider_error(error) from error

    def find_calls(self, *, to: str, since: datetime) -> list[CarrierCall]:
        """Return the calls to that number created since `since`. A StartTime filter would miss queued calls."""
        try:
            found = self._client.calls.list(to=to, limit=50)
        except (TwilioException, RequestException, ValueError) as error:
            raise provider_error(error) from error
        return [_carrier_call(call) for call in found if call.date_created is None or call.date_created >= since]

    def find_recordings(self, sid: str) -> list[CarrierRecording]:
        """Return the recordings of a call, for those whose announcement was lost."""
        try:
            found = self._client.calls(sid).recordings.list(limit=10)
        except (TwilioException, RequestException, ValueError) as error:
            raise provider_error(error) from error
        return [_carrier_recording(one, self._account_sid) for one in found]

    def download_recording(self, url: str) -> bytes:
        """Download a recording as WAV. Only the path of `url` is used: credentials go to the carrier's host alone."""
        path = urlsplit(url).path
        address = rebased_url(f"{API}{path if path.endswith('.wav') else path + '.wav'}", self._base_url)
        session = self._http.session or requests.Session()
        try:
            answer = session.get(address, auth=(self._account_sid, self._auth_token), timeout=DOWNLOAD_TIMEOUT_SECONDS)
            answer.raise_for_status()
        except RequestException as error:
            status = error.response.status_code if error.response is not None else 0
            raise ProviderError(f"No recording: {status or type(error).__name__}", code=str(status or "")) from error
        return answer.content

    def is_up(self) -> bool:
        """Whether the carrier answers and knows this account."""
        quick = Client(
            self._account_sid,
            self._auth_token,
            http_client=TwilioHttp(self._base_url, timeout=HEALTH_TIMEOUT_SECONDS),
        )
        try:
            quick.calls.list(limit=1, page_size=1)
        except (TwilioException, RequestException, ValueError):
            return False
        return True


def telephony() -> Telephony:
    """Return the configured carrier."""
    return _telephony(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_API_BASE_URL)


@lru_cache(maxsize=8)
def _telephony(account_sid: str, auth_token: str, base_url: str) -> Telephony:
    if not account_sid or not auth_token:
        return UnconfiguredTelephony()
    return TwilioTelephony(account_sid, auth_token, base_url=base_url)


class UnconfiguredTelephony:
    """The carrier before an account is configured: every request fails and says why."""

    def _refuse(self) -> ProviderError:
        return ProviderError(
            "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set", permanent=True, code="unconfigured"
        )

    def place_call(self, plan: DialPlan) -> CarrierCall:
        raise self._refuse()

    def end_call(self, sid: str) -> None:
        raise self._refuse()

    def redirect_call(self, sid: str, *, url: str) -> None:
        raise self._refuse()

    def fetch_call(self, sid: str) -> CarrierCall:
        raise self._refuse()

    def find_calls(self, *, to: str, since: datetime) -> list[CarrierCall]:
        raise self._refuse()

    def find_recordings(self, sid: str) -> list[CarrierRecording]:
        raise self._refuse()

    def download_recording(self, url: str) -> bytes:
        raise self._refuse()

    def is_up(self) -> bool:
        return False


def signature_is_valid(
    url: str, params: QueryDict | Mapping[str, str], signature: str | None, *, settings_header: str | None = None
) -> bool:
    """Whether Twilio signed that URL and form with our auth token. A missing signature or token counts as no."""
    token = settings.TWILIO_AUTH_TOKEN
    if not signature or not token:
        return False
    algorithm = get_signature_algorithm(settings_header)
    return bool(RequestValidator(token).validate(url, params, signature, algorithm))


def rebased_url(url: str, base_url: str) -> str:
    """Return `url` on the host, and below the path, of `base_url`; unchanged if that is empty."""
    if not base_url:
        return url
    base, parts = urlsplit(base_url), urlsplit(url)
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + parts.path, parts.query, ""))


def _create_arguments(plan: DialPlan) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "to": plan.to,
        "from_": plan.from_number,
        "url": plan.answer_url,
        "method": "POST",
        "status_callback": plan.status_url,
        "status_callback_method": "POST",
        "status_callback_event": STATUS_EVENTS,
        "timeout": plan.ring_seconds,
        "time_limit": plan.max_seconds,
    }
    if plan.record:
        arguments |= {
            "record": True,
            "recording_channels": "dual",
            "recording_status_callback": plan.recording_url,
            "recording_status_callback_method": "POST",
            "recording_status_callback_event": ["completed", "absent"],
        }
    if plan.send_digits:
        arguments["send_digits"] = plan.send_digits
    if plan.amd_url:
        arguments |= {
            "machine_detection": "Enable",
            "async_amd": "true",  # the SDK wants a string
            "async_amd_status_callback": plan.amd_url,
            "async_amd_status_callback_method": "POST",
        }
    return arguments


def _carrier_call(call: CallInstance) -> CarrierCall:
    seconds = call.duration
    return CarrierCall(
        sid=call.sid or "",
        status=str(call.status or ""),
        to=call.to or "",
        duration_seconds=int(seconds) if seconds and str(seconds).isdigit() else None,
    )


def _carrier_recording(one: RecordingInstance, account_sid: str) -> CarrierRecording:
    return CarrierRecording(
        sid=one.sid or "",
        status=str(one.status or ""),
        url=f"{API}/2010-04-01/Accounts/{account_sid}/Recordings/{one.sid}",
        seconds=float(one.duration) if one.duration and float(one.duration) >= 0 else None,
        started_at=one.start_time,
    )


def provider_error(error: Exception, *, creating: bool = False) -> ProviderError:
    """Convert an SDK error. A create request that was sent and not clearly refused has an unknown outcome."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        status = int(error.status or 0)
        refused = 400 <= status < 500
        return ProviderError(
            _message(error),
            permanent=refused and status not in (408, 429),
            code=str(error.code or status),
            unknown_outcome=creating and not refused,
        )
    return ProviderError(
        f"No answer from the carrier ({type(error).__name__})",
        code="no_answer" if not _never_sent(error) else "unreachable",
        unknown_outcome=creating and not _never_sent(error),
    )


def _message(error: TwilioRestException | TwilioServiceException) -> str:
    text = getattr(error, "msg", "") or getattr(error, "title", "") or "The carrier refused"
    return str(text).removeprefix("Unable to create record: ")[:300]


def _never_sent(error: Exception) -> bool:
    """Whether the request cannot have reached the carrier, because no connection was made."""
    if isinstance(error, ConnectTimeout | SSLError):
        return True
    if isinstance(error, RequestsConnectionError) and error.args:
        return isinstance(getattr(error.args[0], "reason", None), NewConnectionError)
    return False
