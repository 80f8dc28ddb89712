"""Reading the documents and answers of webhooks in tests."""

from typing import Any
from xml.etree import ElementTree

from sandbox.twilio.twiml import parse

TWIML_HOOKS = ["twilio_voice", "twilio_continue", "twilio_notice", "twilio_dialed"]


CALLBACKS = ["twilio_status", "twilio_lead_leg", "twilio_amd", "twilio_recording", "twilio_stream"]


def verbs(response: Any) -> ElementTree.Element:
    """The document, which must be TwiML the carrier has nothing to warn of."""
    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml"
    document = ElementTree.fromstring(response.content)  # noqa: S314
    assert parse(response.content).warnings == ()
    return document


def tags(response: Any) -> list[str]:
    return [verb.tag for verb in verbs(response)]


def said(response: Any) -> str:
    return " ".join(verb.text or "" for verb in verbs(response).iter("Say"))
