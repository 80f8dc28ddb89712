"""What the sandbox refuses, and with which code of the vendor: ``python -m tests.sandbox.conformance.refusals``.

The lists are those the tests send; this only prints them side by side.
"""

from collections.abc import Iterator

from sandbox.openai.validation import client_type
from tests.sandbox.openai import test_validation
from tests.sandbox.openai.chat import test_endpoint as test_chat
from tests.sandbox.openai.realtime import test_endpoint as test_handshake
from tests.sandbox.openai.realtime.input_audio import test_transcription
from tests.sandbox.polly import test_endpoint as test_polly
from tests.sandbox.twilio.rest import test_calls, test_messages
from tests.sandbox.twilio.twiml import test_document
from tests.sandbox.twilio.verbs import test_media_stream

_LONGEST = 78


def refusals() -> Iterator[tuple[str, str, str]]:
    """Vendor's channel, message, code."""
    yield "openai.realtime", "handshake with OpenAI-Beta: realtime=v1", "beta_api_shape_disabled, close 4000"
    for query, code in test_handshake.CUT_OFF:
        yield "openai.realtime", f"handshake {query or 'without a model'}", f"{code}, close 4000"
    yield "openai.realtime", "a frame that is no JSON", "invalid_json"
    for event, param, code in test_validation.BAD:
        yield "openai.realtime", f"{client_type(event)} {param}".strip(), code
    for event, code, param in test_transcription.REFUSED:
        yield "openai.realtime", f"{client_type(event)} {param} in a transcription session", code
    for change, status, kind, field in test_chat.REFUSED:
        yield "openai.chat", f"{field or ''} {change}".strip(), f"HTTP {status} {kind or ''}".strip()
    for changes, error in test_polly.REFUSALS:
        yield "polly", f"SynthesizeSpeech {changes}", error
    for wrong, number in test_messages.REFUSED:
        yield "twilio.rest", f"Messages.create {wrong}", str(number)
    for wrong, number in test_calls.REFUSED:
        yield "twilio.rest", f"Calls.create {wrong}", str(number)
    for text, number in test_document.REFUSED:
        yield "twilio.twiml", text or "an empty document", str(number)
    for body, number in test_document.WARNED:
        yield "twilio.twiml", body, str(number)
    for message, problem in test_media_stream.UNKNOWN:
        warning = 31950 if isinstance(message, bytes) else 31951
        yield "twilio.stream", str(message), f"{warning} {problem}"


def main() -> None:
    for channel, message, code in refusals():
        line = " ".join(message.split())
        shown = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
        print(f"{channel:16} {shown:{_LONGEST}} {code}")  # noqa: T201


if __name__ == "__main__":
    main()
