"""Parses TwiML: verbs with their attributes, and the warnings and errors Twilio would give.

The verbs and attributes are Twilio's published ones, as its own library's signatures list them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from sandbox.markup import NotWellFormed, tree
from sandbox.twilio.twiml.attributes import SCHEMA, Warned, wrong_value

LONGEST_DOCUMENT = 64 * 1024
# Beyond any number Twilio documents, in seconds, milliseconds or pieces; NaN and infinity are beyond it too.
_LARGEST = 1e6

_RECORDING_CALLBACKS = "recordingStatusCallback recordingStatusCallbackMethod recordingStatusCallbackEvent"
_DETECTION = (
    "machineDetection machineDetectionTimeout machineDetectionSpeechThreshold "
    "machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod"
)
_ATTRIBUTES: Mapping[str, str] = {
    "Response": "",
    "Say": "voice loop language",
    "Play": "loop digits",
    "Pause": "length",
    "Redirect": "method",
    "Hangup": "",
    "Reject": "reason",
    "Gather": "input action method timeout speechTimeout maxSpeechTime profanityFilter finishOnKey numDigits "
    "partialResultCallback partialResultCallbackMethod language hints bargeIn debug actionOnEmptyResult "
    "speechModel enhanced",
    "Dial": "action method timeout hangupOnStar timeLimit callerId record trim recordingConfigurationId answerOnBridge "
    f"ringTone recordingTrack sequential referUrl referMethod events passports {_RECORDING_CALLBACKS}",
    "Number": "sendDigits url method statusCallbackEvent statusCallback statusCallbackMethod byoc " + _DETECTION,
    "Record": "action method timeout finishOnKey maxLength playBeep trim transcribe transcribeCallback "
    f"recordingConfigurationId {_RECORDING_CALLBACKS}",
    "Connect": "action method",
    "Start": "action method",
    "Stop": "",
    "Stream": "name connectorName url track statusCallback statusCallbackMethod audioFormat sampleRate",
    "Parameter": "name value",
    "Recording": f"trim track channels recordingConfigurationId {_RECORDING_CALLBACKS}",
}
_CHILDREN: Mapping[str, str] = {
    "Response": "Say Play Pause Redirect Hangup Reject Gather Dial Record Connect Start Stop",
    "Gather": "Say Play Pause",
    "Dial": "Number",
    "Connect": "Stream",
    "Start": "Stream Recording",
    "Stop": "Stream",
    "Stream": "Parameter",
}
# Elements Twilio has and this sandbox does not: not the app's fault.
_OTHER_ELEMENTS = (
    "AiSession Application Autopilot Client Conference Conversation ConversationRelay ConversationRelaySession Echo "
    "Enqueue Leave Pay Prompt Queue Refer Room Sim Sip Siprec Sms Transcription VirtualAgent WhatsApp"
)
# Attributes of XML itself, which say nothing to Twilio.
_OF_XML = ("xmlns", "xml:", "xsi:")
_NOT_OFFERED = frozenset(_OTHER_ELEMENTS.split())
# Polly and Google voices take SSML inside <Say>; it is read as its plain text.
_SSML_TAGS = (
    "break emphasis lang p phoneme prosody s say-as sub w amazon:effect amazon:domain amazon:auto-breaths amazon:breath"
)
_SSML = frozenset(_SSML_TAGS.split())


@dataclass(frozen=True)
class Verb:
    """One element: ``<Say voice="…">text</Say>``. ``left_out`` are elements in it that the sandbox does not offer."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple["Verb", ...] = ()
    left_out: tuple[str, ...] = ()

    def get(self, attribute: str, default: str = "") -> str:
        return self.attributes.get(attribute, default)

    def number(self, attribute: str, default: float) -> float:
        """A numeric attribute; an invalid value counts as the default, as Twilio warns and goes on."""
        try:
            value = float(self.attributes.get(attribute, default))
        except ValueError:
            return default
        return value if abs(value) <= _LARGEST else default

    def flag(self, attribute: str, *, default: bool = False) -> bool:
        return self.attributes.get(attribute, str(default)).lower() == "true"


@dataclass(frozen=True)
class Document:
    """The TwiML of a URL or of a ``Twiml`` parameter. ``base`` is its URL, empty for inline TwiML.

    ``warnings`` are Twilio's; an attribute with an invalid value is left out of its verb. ``not_offered`` are the
    elements Twilio would carry out and the sandbox ignores.
    """

    verbs: tuple[Verb, ...]
    base: str = ""
    warnings: tuple[Warned, ...] = ()
    not_offered: tuple[str, ...] = ()


class TwimlError(Exception):
    """A document Twilio cannot run; ``code`` is the error it logs."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse(text: str | bytes, *, base: str = "") -> Document:
    """Parses a document. Raises TwimlError 11750 (too long), 12100 (not XML) or 12102 (not a <Response>)."""
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > LONGEST_DOCUMENT:
        raise TwimlError(11750, "TwiML response body too large")
    root = _root(raw.strip())
    if root.tag != "Response":
        raise TwimlError(12102, f"root element is <{root.tag}>, not <Response>")
    warnings = tuple(_complaints(root))
    verbs = tuple(_verb(child) for child in root if child.tag in _CHILDREN["Response"].split())
    not_offered = tuple(element.tag for element in root.iter() if element.tag in _NOT_OFFERED)
    return Document(verbs, base, warnings, not_offered)


def _root(raw: bytes) -> ElementTree.Element:
    try:
        return tree(raw)
    except NotWellFormed as error:
        raise TwimlError(12100, f"Document parse failure: {error}") from error


def _verb(element: ElementTree.Element) -> Verb:
    children = tuple(_verb(child) for child in element if child.tag in _CHILDREN.get(element.tag, "").split())
    text = "".join(element.itertext()) if element.tag == "Say" else element.text or ""
    taken = {name: value for name, value in element.attrib.items() if not wrong_value(element.tag, name, value)}
    left_out = tuple(child.tag for child in element if child.tag in _NOT_OFFERED)
    return Verb(element.tag, taken, " ".join(text.split()), children, left_out)


def _complaints(element: ElementTree.Element) -> Iterator[Warned]:
    """Twilio's warnings for this element and all below it."""
    allowed = _ATTRIBUTES.get(element.tag, "").split()
    for name, value in element.attrib.items():
        if name.startswith(_OF_XML):
            continue
        if name not in allowed:
            yield Warned(SCHEMA, f"attribute {name!r} is not allowed in <{element.tag}>")
        elif warned := wrong_value(element.tag, name, value):
            yield warned
    for child in element:
        if child.tag in _CHILDREN.get(element.tag, "").split():
            yield from _complaints(child)
        elif child.tag not in _NOT_OFFERED and not (element.tag == "Say" and child.tag in _SSML):
            yield Warned(SCHEMA, f"<{child.tag}> is not allowed in <{element.tag}>")
