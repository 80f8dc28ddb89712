"""Amazon Polly: text to speech. The only module that imports boto3.

Time-outs are short because the person on the line waits; one retry of throttling is all that fits.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from django.conf import settings

from calls.providers import ProviderError, RenderedSpeech, Speech

CONNECT_SECONDS, READ_SECONDS = 1.5, 4.0
ATTEMPTS = 2  # in all: "max_attempts" would count retries, "total_max_attempts" counts attempts
TELEPHONE_HZ = "8000"  # a string, or boto3 refuses it
CONTENT_TYPES = {"mulaw": "audio/mulaw", "pcm": "audio/pcm", "mp3": "audio/mpeg"}


class PollySpeech:
    """`Speech` over SynthesizeSpeech."""

    def __init__(self, client: Callable[[], Any], *, voice: str, engine: str) -> None:
        self._client = client  # made when first needed: for a cached clip only the voice's name is read
        self.voice = voice
        self.engine = engine

    def render(self, text: str, *, output: str) -> RenderedSpeech:
        """Render the text: mulaw and pcm raw at 8 kHz, mp3 as a file. Raises ProviderError."""
        request = {"Text": text, "TextType": "text", "OutputFormat": output, "VoiceId": self.voice}
        rate = {} if output == "mp3" else {"SampleRate": TELEPHONE_HZ}
        try:
            answer = self._client().synthesize_speech(Engine=self.engine, **request, **rate)
            with answer["AudioStream"] as stream:
                audio: bytes = stream.read()
        except (BotoCoreError, ClientError) as error:
            raise provider_error(error) from error
        if not audio:
            raise ProviderError("The voice said nothing", code="empty")
        return RenderedSpeech(audio, CONTENT_TYPES[output], int(answer.get("RequestCharacters") or len(text)))


def speech() -> Speech:
    """Return the configured voice."""
    return PollySpeech(_configured, voice=settings.POLLY_VOICE, engine=settings.POLLY_ENGINE)


def warm_up() -> None:
    """Make the client before a caller waits for it."""
    _configured()


def is_up() -> bool:
    """Whether the service answers. Free of charge."""
    try:
        _configured().describe_voices(Engine=settings.POLLY_ENGINE, LanguageCode="en-US")
    except (BotoCoreError, ClientError):
        return False
    return True


def _configured() -> Any:
    with _building:  # sentences are rendered side by side: the first ones wait for one client instead of making many
        return _client(
            settings.AWS_ENDPOINT_URL_POLLY,
            settings.AWS_REGION,
            settings.AWS_ACCESS_KEY_ID,
            settings.AWS_SECRET_ACCESS_KEY,
        )


_building = Lock()
_session = cache(boto3.session.Session)  # it remembers the service's description, which takes 100 ms to read


@lru_cache(maxsize=8)
def _client(endpoint: str, region: str, key_id: str, secret: str) -> Any:
    """Make one client per process."""
    return make_client(endpoint, region, key_id, secret)


def make_client(endpoint: str, region: str, key_id: str, secret: str) -> Any:
    """Make a client. Using one is thread-safe, building one is not (boto3 guide, "Clients")."""
    return _session().client(
        "polly",
        region_name=region,
        endpoint_url=endpoint or None,
        aws_access_key_id=key_id or None,  # None: the machine's own role
        aws_secret_access_key=secret or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=50,
            proxies={} if endpoint else None,  # a proxy of the environment leads to the internet, not there
        ),
    )


def provider_error(error: Exception) -> ProviderError:
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        permanent = 400 <= status < 500 and code != "ThrottlingException"
        return ProviderError(f"The voice refused: {code or status}", permanent=permanent, code=code or str(status))
    if isinstance(error, NoCredentialsError):
        return ProviderError("The voice has no credentials", permanent=True, code="unconfigured")
    return ProviderError(f"The voice cannot be reached ({type(error).__name__})", code="unreachable")
