"""Reads XML as Twilio and Polly do: a prefix is part of the name, so ``<amazon:effect>`` needs no declaration.

Declarations of document types are refused, so there are no entities but the five of XML and characters by number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat


class NotWellFormed(ValueError):
    """It is no XML, or XML with declarations."""


@dataclass(frozen=True)
class Start:
    """``at`` is the tag's first byte, ``end`` the one behind it."""

    name: str
    attributes: dict[str, str]
    at: int
    end: int


@dataclass(frozen=True)
class End:
    name: str


@dataclass(frozen=True)
class Text:
    """Characters, and for each the bytes (first, and the one behind the last) it was written in."""

    text: str
    spans: tuple[tuple[int, int], ...]


type Event = Start | End | Text


@dataclass
class _Reader:
    raw: bytes
    events: list[Event] = field(default_factory=list)

    def read(self, encoding: str | None) -> list[Event]:
        parser = expat.ParserCreate(encoding)
        parser.ordered_attributes = False

        def start(name: str, attributes: dict[str, str]) -> None:
            at = parser.CurrentByteIndex
            self.events.append(Start(name, attributes, at, self.raw.find(b">", at) + 1))

        def text(data: str) -> None:
            self.events.append(Text(data, tuple(self._spans(data, parser.CurrentByteIndex))))

        parser.StartElementHandler, parser.CharacterDataHandler = start, text
        parser.EndElementHandler = lambda name: self.events.append(End(name))
        try:
            parser.Parse(self.raw, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise NotWellFormed(str(error)) from error
        return self.events

    def _spans(self, data: str, at: int) -> Iterator[tuple[int, int]]:
        if self.raw[at : at + 1] == b"&" and data != "&":
            yield from [(at, self.raw.find(b";", at) + 1)] * len(data)
            return
        for letter in data:
            size = self.raw.find(b";", at) + 1 - at if self.raw[at : at + 1] == b"&" else len(letter.encode())
            yield at, at + size
            at += size


def events(raw: bytes, *, encoding: str | None = None) -> list[Event]:
    """The elements and texts of a document, in order. Raises NotWellFormed.

    Places are right for UTF-8. ``encoding`` overrules what the document says of itself.
    """
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise NotWellFormed("document type declarations are not allowed")
    return _Reader(raw).read(encoding)


def tree(raw: bytes) -> ElementTree.Element:
    """The document's outermost element. Raises NotWellFormed."""
    builder = ElementTree.TreeBuilder()
    for event in events(raw):
        match event:
            case Start(name, attributes):
                builder.start(name, attributes)
            case End(name):
                builder.end(name)
            case Text(text):
                builder.data(text)
    return builder.close()
