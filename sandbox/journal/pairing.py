"""Decides which call a model session or a request belongs to, from what the wire shows and nothing else. Pure.

A session belongs to the call whose person's voice the app passed on to it; when the voice cannot tell (the app converts
it, or nobody has spoken), to the call whose stream began nearest to it. A request belongs to the call it names, else to
the one whose words it repeats, else to the only live one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sandbox.journal.exchanges import Exchange

# The share of the samples that must be one person's voice; the app may have begun or ended in the middle of them.
_SURE = 0.5
_BEFORE_SECONDS, _AFTER_SECONDS = 10.0, 2.0
_SHORTEST_WORDS = 2


@dataclass(frozen=True)
class Held:
    """What pairing needs to know of a call. Times in epoch seconds, ``ended`` None while it lasts."""

    sid: str
    began: float
    ended: float | None = None
    streams: tuple[tuple[float, float | None], ...] = ()
    spoken: tuple[bytes, ...] = ()
    words: tuple[str, ...] = ()
    recordings: frozenset[str] = frozenset()

    def alive(self, at: float) -> bool:
        return self.began <= at and (self.ended is None or at <= self.ended)

    def streaming(self, at: float) -> bool:
        """Whether a session that began at that time can belong to one of its streams."""
        return any(
            began - _BEFORE_SECONDS <= at and (ended is None or at <= ended + _AFTER_SECONDS)
            for began, ended in self.streams
        )

    def distance(self, at: float) -> float:
        return min((abs(began - at) for began, _ in self.streams), default=float("inf"))

    def voiced(self, samples: Sequence[bytes]) -> int:
        return sum(any(sample in sound for sound in self.spoken) for sample in samples)


@dataclass(frozen=True)
class Owner:
    """The call, and how that is known: "names it", "voice", "words", "only call" or "time"; "" and "" for nobody."""

    sid: str = ""
    by: str = ""


def owner_of_session(began: float, samples: Sequence[bytes], calls: Iterable[Held]) -> Owner:
    possible = [call for call in calls if call.streaming(began)]
    voices = {call.sid: call.voiced(samples) for call in possible}
    most = max(voices.values(), default=0)
    if samples and most >= _SURE * len(samples):
        same = [call for call in possible if voices[call.sid] == most]
        return Owner(_nearest(same, began), "voice")
    return Owner(_nearest(possible, began), "time") if possible else Owner()


def _nearest(calls: Sequence[Held], at: float) -> str:
    return min(calls, key=lambda call: call.distance(at)).sid


def owner_of_exchange(exchange: Exchange, calls: Sequence[Held], *, answers: Iterable[tuple[str, str]] = ()) -> Owner:
    """``answers`` are (call sid, what the model answered it): speech is made of them."""
    if exchange.vendor == "twilio":
        return _named(exchange, calls)
    alive = [call for call in calls if call.alive(exchange.at)]
    spoken = plain(str(exchange.data.get("heard") or ""))
    if _telling(spoken) and (match := [call for call in alive if _repeats(spoken, call.words)]):
        return Owner(match[-1].sid, "words")
    text = plain(str(exchange.data.get("Text") or ""))
    if _telling(text) and (source := [sid for sid, answer in answers if text in plain(answer)]):
        return Owner(source[-1], "words")
    return Owner(alive[0].sid, "only call") if len(alive) == 1 else Owner()


def _named(exchange: Exchange, calls: Sequence[Held]) -> Owner:
    named = {part.partition(".")[0] for part in exchange.path.split("/")} | {str(exchange.data.get("sid", ""))}
    for call in calls:
        if call.sid in named or call.recordings & named:
            return Owner(call.sid, "names it")
    return Owner()


def plain(text: str) -> str:
    """Letters and digits only, so that punctuation does not separate two spellings of the same words."""
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter == " ").strip()


def _telling(words: str) -> bool:
    return len(words.split()) >= _SHORTEST_WORDS


def _repeats(spoken: str, words: Iterable[str]) -> bool:
    return any(plain(word) and plain(word) in spoken for word in words if _telling(plain(word)))
