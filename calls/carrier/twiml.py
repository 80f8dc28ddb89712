"""Build TwiML with ElementTree, so that every value is escaped and every document is well formed.

Verbs and attributes: https://www.twilio.com/docs/voice/twiml. A document that ends hangs up.
"""

import re
from xml.etree.ElementTree import Element, tostring

from django.conf import settings

from calls.speech.normalization import normalize

CONTENT_TYPE = "text/xml"
# Nothing else may have been said on this call, and who hears it may know neither who calls nor that it is a machine.
GOODBYE = (
    "This is an automated call from {brokerage}. We are sorry, we cannot continue it. We will be in touch. "
    "{number}Goodbye."
)
OUR_NUMBER = "To reach us, or to get no more calls, call {number}. "
# XML 1.0 allows none of these, not even escaped; a model's text may hold them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_POLLY_ENGINES = {"standard": "", "neural": "-Neural", "generative": "-Generative", "long-form": "-Long-Form"}


def document(*verbs: Element) -> str:
    """A whole `<Response>`; the carrier carries out its verbs in order."""
    response = Element("Response")
    response.extend(verbs)
    return '<?xml version="1.0" encoding="UTF-8"?>' + tostring(response, encoding="unicode")


def verb(tag: str, *content: Element | str, **attributes: str | int | bool | None) -> Element:
    """One element. Attributes are named in snake case and written in Twilio's camel case; None leaves one out."""
    element = Element(tag, {_camel(name): _value(value) for name, value in attributes.items() if value is not None})
    for part in content:
        if isinstance(part, str):
            element.text = clean(part)
        else:
            element.append(part)
    return element


def say(text: str) -> Element:
    """The text spoken by the carrier in the configured Polly voice, normalized as our own rendering is."""
    return verb("Say", normalize(text), voice=carrier_voice())


def play(url: str) -> Element:
    """Play the sound at that absolute URL."""
    return verb("Play", url)


def pause(seconds: int = 1) -> Element:
    """Wait in silence."""
    return verb("Pause", length=seconds)


def redirect(url: str) -> Element:
    """Continue with the document at that URL; verbs after it are never reached."""
    return verb("Redirect", url, method="POST")


def hangup() -> Element:
    """End the call."""
    return verb("Hangup")


def polite_end(text: str = "") -> str:
    """A document that says one sentence and hangs up; without one, it says who called, and how to call back."""
    return document(say(text or goodbye()), hangup())


def goodbye() -> str:
    """Say who called, that it cannot go on, and the number to call back, as every robocall must (47 CFR 64.1200(b))."""
    number = OUR_NUMBER.format(number=settings.TWILIO_FROM_NUMBER) if settings.TWILIO_FROM_NUMBER else ""
    return GOODBYE.format(brokerage=settings.BROKERAGE_NAME or "a real-estate brokerage", number=number)


def carrier_voice() -> str:
    """The configured Polly voice as Twilio names it, e.g. Polly.Joanna-Neural."""
    return f"Polly.{settings.POLLY_VOICE}{_POLLY_ENGINES.get(settings.POLLY_ENGINE, '')}"


def clean(text: str) -> str:
    """The text without the characters that XML and PostgreSQL do not allow."""
    return _FORBIDDEN.sub("", text)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _value(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(str(value))
