"""A step's documents and words, as the tests of the engine read them."""

from collections.abc import Iterator
from datetime import timedelta
from xml.etree import ElementTree

from django.utils.timezone import now

from calls.conversational.timing import Timing
from calls.models import Call, ConversationStep, SpeechClip
from sandbox.twilio.twiml import parse
from tests.calls.conversational import engine

SURE = 0.93
HOMES = "Two homes fit. One is on Orchard Lane, and one is on Sycamore Court near the park. Which one do you like best?"


def verbs(document: str) -> list[tuple[str, str]]:
    """The document's verbs in the order they are spoken, a clip as its words."""
    assert parse(document).warnings == ()
    root = ElementTree.fromstring(document)  # noqa: S314 - our own document
    return list(_verbs(root))


def _verbs(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for child in element:
        yield child.tag, _words(child.text or "")
        yield from _verbs(child)


def _words(text: str) -> str:
    digest = text.rpartition("/")[2].removesuffix(".wav")
    return text if not SpeechClip.objects.filter(digest=digest).exists() else f"clip:{digest[:6]}"


def spoken(step_number: int, call: Call) -> list[str]:
    return [part["text"] for part in ConversationStep.objects.get(call=call, number=step_number).parts]


def tags(document: str) -> list[str]:
    return [tag for tag, _ in verbs(document)]


def rest_of(call: Call, document: str, *, timing: Timing = engine.PATIENT) -> str:
    """What the redirect of that document is answered."""
    target = ElementTree.fromstring(document).findtext("Redirect") or ""  # noqa: S314 - our own document
    number, _, first, waited = target.partition("#")[0].split("/")[-4:]
    return engine.more_twiml(call, int(number), int(first), int(waited), timing=timing)


def last_of(call: Call, document: str) -> str:
    """The document in which that answer ends: its fillers and parts are fetched, as the carrier would."""
    while "Redirect" in tags(document):
        document = rest_of(call, document)
    return document


def went_out(call: Call, number: int, *, seconds_ago: float) -> None:
    """That step's document went out so long ago."""
    ConversationStep.objects.filter(call=call, number=number).update(listens_at=now() - timedelta(seconds=seconds_ago))
