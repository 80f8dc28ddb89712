"""What the vendors say of our account, for `manage.py doctor`: asked now, slowly if need be, and never on a call's way.

Each answer carries the vendor's clock (the HTTP Date header), because signatures and one-use tokens depend on ours.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from calls.providers import openai as openai_provider
from calls.providers import polly
from calls.providers import twilio as twilio_provider

TIMEOUT_SECONDS = 10.0
MOST_REPORTS = 50


@dataclass(frozen=True, slots=True)
class Answered[T]:
    """What a vendor answered, and what its clock said then (None when it did not say)."""

    value: T
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CarrierAccount:
    """The account as Twilio describes it: active, suspended or closed; Full or Trial."""

    status: str
    type: str


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    """A number of the account. `verified` is a caller id that belongs to somebody else and was confirmed by them.

    `answered_by` is the address that Twilio asks when somebody calls it, "" when there is none.
    """

    can_call: bool
    verified: bool = False
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class CarrierReport:
    """An error that Twilio noted, about which of our addresses."""

    code: str
    text: str
    url: str
    at: datetime | None


class CarrierInspection:
    """Twilio's REST API, asked about the account. Every method raises ProviderError."""

    def __init__(self, account_sid: str, auth_token: str, *, base_url: str = "") -> None:
        self._sid = account_sid
        self._http = _Dated(base_url, timeout=TIMEOUT_SECONDS)
        self._client = Client(account_sid, auth_token, http_client=self._http)

    def account(self) -> Answered[CarrierAccount]:
        """The account."""
        found = self._asked(lambda: self._client.api.v2010.accounts(self._sid).fetch())
        return Answered(CarrierAccount(str(found.status or ""), str(found.type or "")), self._http.date)

    def number(self, number: str) -> CarrierNumber | None:
        """That number, if it may call from this account; None when it belongs to somebody else."""
        for owned in self._asked(lambda: self._client.incoming_phone_numbers.list(phone_number=number, limit=1)):
            can_call = bool((owned.capabilities or {}).get("voice"))
            return CarrierNumber(can_call, answered_by=self._voice_url(owned))
        verified = self._asked(lambda: self._client.outgoing_caller_ids.list(phone_number=number, limit=1))
        return CarrierNumber(can_call=True, verified=True) if verified else None

    def reports(self, *, since: datetime) -> list[CarrierReport]:
        """The errors Twilio noted since then, newest first."""
        day = (since - timedelta(days=1)).date()
        found = self._asked(lambda: self._client.notifications.list(log=0, message_date_after=day, limit=MOST_REPORTS))
        reports = [
            CarrierReport(
                str(one.error_code or ""), str(one.message_text or ""), one.request_url or "", one.message_date
            )
            for one in found
        ]
        return [report for report in reports if report.at is None or report.at >= since]

    def close(self) -> None:
        """Close its connections."""
        if self._http.session is not None:
            self._http.session.close()

    def _voice_url(self, owned: Any) -> str:
        """A number's own address, or that of the application it is given to."""
        if sid := owned.voice_application_sid:
            return str(self._asked(lambda: self._client.applications(sid).fetch()).voice_url or "")
        return f"the SIP trunk {owned.trunk_sid}" if owned.trunk_sid else str(owned.voice_url or "")

    def _asked[T](self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except (TwilioException, RequestException, ValueError) as error:
            raise twilio_provider.provider_error(error) from error


class _Dated(twilio_provider.TwilioHttp):
    """Remembers the date of the last answer."""

    date: datetime | None = None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        answer = super().request(method, url, *args, **kwargs)
        self.date = _date((answer.headers or {}).get("Date"))
        return answer


@contextmanager
def carrier() -> Iterator[CarrierInspection]:
    """The configured carrier's account, to be asked some things."""
    asked = CarrierInspection(
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, base_url=settings.TWILIO_API_BASE_URL
    )
    try:
        yield asked
    finally:
        asked.close()


def carrier_signature(url: str, form: dict[str, str]) -> str:
    """The signature Twilio would send with that request, to ask our own webhooks whether they believe it."""
    return str(RequestValidator(settings.TWILIO_AUTH_TOKEN).compute_signature(url, form))


def offered_models() -> Answered[frozenset[str]]:
    """The models OpenAI offers to our key. Raises ProviderError."""
    client = openai_provider.make_client(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL)
    try:
        answer = client.models.with_raw_response.list(timeout=TIMEOUT_SECONDS)
        names = frozenset(model.id for model in answer.parse())
    except (openai.OpenAIError, httpx2.HTTPError, ValueError) as error:
        raise openai_provider.provider_error(error) from error
    finally:
        client.close()
    return Answered(names, _date(answer.headers.get("date")))


def offered_voices() -> Answered[frozenset[str]]:
    """The voices Polly offers with our engine in American English. Raises ProviderError."""
    client = polly.make_client(
        settings.AWS_ENDPOINT_URL_POLLY,
        settings.AWS_REGION,
        settings.AWS_ACCESS_KEY_ID,
        settings.AWS_SECRET_ACCESS_KEY,
    )
    try:
        answer = client.describe_voices(Engine=settings.POLLY_ENGINE, LanguageCode="en-US")
    except (BotoCoreError, ClientError) as error:
        raise polly.provider_error(error) from error
    finally:
        client.close()
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return Answered(frozenset(voice["Id"] for voice in answer["Voices"]), _date(headers.get("date")))


def _date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
