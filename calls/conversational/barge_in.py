"""What a caller who talks into a prompt has heard of it. Pure.

The carrier cuts a prompt inside `<Gather>` off at the caller's first sound and tells nobody. So it is estimated: from
when the document went out and how long its clips last, and from when the caller's words came back and how long they
take to say. Both are known to some tenths of a second, so who begins just before the end has heard it all.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from calls.speech.normalization import normalize

TO_THE_EAR_SECONDS = 0.3  # from our answer to the first sound: the carrier fetches the clip
RECOGNITION_SECONDS = 0.3  # from the end of the pause to our webhook
BRISK_WORDS_PER_SECOND = 3.2  # of somebody who cuts in; slower speech counts as a later beginning, more as heard
ALMOST_SECONDS = 0.7  # who begins so shortly before the end cuts nothing off


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that can be talked into: words and length in seconds of each part, in order.

    The first `certain` parts had been played before it could be.
    """

    parts: tuple[tuple[str, float], ...]
    certain: int = 0


@dataclass(frozen=True, slots=True)
class CutOff:
    """The words heard before the caller cut in, their length in seconds, and the number of parts heard to the end."""

    heard: str
    seconds: float
    whole_parts: int


def cut_in_after(result_seconds: float, words: str, *, pause: float) -> float:
    """Seconds from the document to the caller's first sound, by when the result of `words` came back.

    `pause` is the silence in seconds that ends an utterance.
    """
    speaking = len(normalize(words).split()) / BRISK_WORDS_PER_SECOND
    return result_seconds - RECOGNITION_SECONDS - pause - speaking


def cut_off(prompt: Prompt, after: float) -> CutOff | None:
    """What was heard of a prompt whose document went out `after` seconds before the caller cut in; None for all."""
    playing = max(0.0, after - TO_THE_EAR_SECONDS)
    before, rest = prompt.parts[: prompt.certain], prompt.parts[prompt.certain :]
    ends = [0.0, *accumulate(seconds for _, seconds in rest)]
    if playing >= ends[-1] - ALMOST_SECONDS:
        return None
    whole = bisect_right(ends, playing) - 1  # parts heard to their end
    text, seconds = rest[whole]
    words = [text for text, _ in (*before, *rest[:whole])] + [_beginning(text, (playing - ends[whole]) / seconds)]
    heard = sum(seconds for _, seconds in before) + playing
    return CutOff(" ".join(part for part in words if part), heard, prompt.certain + whole)


def _beginning(text: str, share: float) -> str:
    """The written words that are over within this share of the text, by the letters of what is said for them.

    "$450,000" is eight characters and two seconds.
    """
    words = text.split()
    said = accumulate((len(normalize(" ".join(words[: count + 1]))) for count in range(len(words))), max)
    whole = len(normalize(" ".join(words)))
    return " ".join(word for word, end in zip(words, said, strict=True) if end <= share * whole)
