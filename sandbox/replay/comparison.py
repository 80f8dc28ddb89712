"""Compares two answers of an app, ignoring names it makes anew for each call. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit, urlunsplit
from xml.etree import ElementTree

from sandbox.replay.schedule import Step, Streamed

# A part of a path that names one thing among many: an id, a number, a hash, a token.
_NAME = re.compile(r"^(?=.*\d)[\w.~-]{6,}$|^\d+$")
_URL = re.compile(r"^(?:https?|wss?)://|^/|^[\w.-]+/[\w./-]+$")
# How much the length of what the app says into a stream may differ.
_SPEECH_SHARE, _SPEECH_MS = 0.25, 1500


@dataclass
class Names:
    """The recorded call's URLs and what they are called in this one. ``app`` replaces the recorded origin."""

    origin: str
    app: str
    _known: dict[str, str] = field(default_factory=dict)

    def today(self, url: str) -> str:
        """Where to send now what was sent to ``url`` then."""
        if url in self._known:
            return self._known[url]
        return self.app.rstrip("/") + url.removeprefix(self.origin) if url.startswith(self.origin) else url

    def learn(self, recorded: str, answered: str, *, at: str) -> None:
        """Learns from two TwiML documents of one shape: a URL of the first is the second's at the same place.

        ``at`` is the URL of the recorded document; relative URLs are resolved against it.
        """
        base = self.today(at)
        before, now = list(_leaves(recorded)), list(_leaves(answered))
        if [place for place, _ in before] != [place for place, _ in now]:
            return
        for (_, old), (_, new) in zip(before, now, strict=True):
            if _URL.match(old) and pattern(old) == pattern(new):
                self._known[_bare(urljoin(at, old))] = _bare(urljoin(base, new))


def _bare(url: str) -> str:
    """Without the fragment, which is never sent."""
    return urlunsplit(urlsplit(url)._replace(fragment=""))


def pattern(url: str) -> str:
    """The path with a star for each name that is new in every call."""
    parts = urlsplit(url)
    return "/".join("*" if _NAME.match(part) else part for part in parts.path.split("/"))


def _leaves(twiml: str) -> Iterator[tuple[str, str]]:
    """Every attribute and every text with its place; nothing when it is not XML."""
    try:
        root = ElementTree.fromstring(twiml.encode())  # noqa: S314 - the app's own answer, as Twilio reads it
    except ElementTree.ParseError:
        return
    yield from _leaves_of(root, root.tag)


def _leaves_of(element: ElementTree.Element, place: str) -> Iterator[tuple[str, str]]:
    for name, value in sorted(element.attrib.items()):
        yield f"{place}@{name}", value
    yield place, " ".join((element.text or "").split())
    for number, child in enumerate(element):
        yield from _leaves_of(child, f"{place}/{number}:{child.tag}")


def difference(step: Step, status: int, twiml: str) -> str:
    """What differs from the recorded answer, "" for nothing."""
    if status != step.status:
        return f"answered {status or 'nothing'}, recorded {step.status or 'nothing'}"
    before, now = list(_leaves(step.twiml)), list(_leaves(twiml))
    shape_before, shape_now = [place for place, _ in before], [place for place, _ in now]
    if shape_before != shape_now:
        return f"{_verbs(shape_now)}, recorded {_verbs(shape_before)}"
    changed = [
        f"{place.rpartition(':')[2]}: {new!r}, recorded {old!r}"
        for (place, old), (_, new) in zip(before, now, strict=True)
        if not _alike(place, old, new)
    ]
    return "; ".join(changed)


def _alike(place: str, old: str, new: str) -> bool:
    if old == new or place.endswith("Parameter@value"):
        return True
    return bool(_URL.match(old) and _URL.match(new)) and pattern(old) == pattern(new)


def _verbs(shape: list[str]) -> str:
    names = [place.rpartition(":")[2] for place in shape if "@" not in place and ":" in place]
    return f"<{' '.join(names)}>" if names else "no TwiML"


def stream_difference(recorded: Streamed, now: Streamed | None) -> str:
    """What differs in what the app did with a stream."""
    if now is None:
        return "the stream did not start"
    found = []
    if recorded.close_code != now.close_code:
        found.append(f"closed with {now.close_code}, recorded {recorded.close_code}")
    if abs(now.said_ms - recorded.said_ms) > max(_SPEECH_MS, _SPEECH_SHARE * recorded.said_ms):
        found.append(f"the app spoke {now.said_ms / 1000:.1f} s, recorded {recorded.said_ms / 1000:.1f} s")
    return "; ".join(found)
