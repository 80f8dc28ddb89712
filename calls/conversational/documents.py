"""The documents of the conversational engine: what to say and where to go next in, TwiML out."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from calls.carrier import twiml

SILENCE_SECONDS = 5  # without a word after the prompt before we ask
PAUSE_SECONDS = 1  # that ends an utterance; whole seconds, as "auto" is not allowed beside a speechModel (13335)
MOST_HINTS, LONGEST_HINT = 500, 100  # Gather's limits


@dataclass(frozen=True, slots=True)
class Spoken:
    """A piece of speech: a sound at a URL, or, without one, words for the carrier's own voice."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Ear:
    """How to listen. `speech_model` empty leaves the choice, and the pause that ends speech, to the carrier.

    `patience` is the silence after the prompt, in seconds, that is reported. With `one_key` the first key counts at
    once; else a number is complete with # or after that silence. `partial` is told what is understood so far.
    """

    action: str
    hints: tuple[str, ...] = ()
    speech_model: str = ""
    language: str = "en-US"
    barge_in: bool = True
    one_key: bool = False
    patience: int = SILENCE_SECONDS
    partial: str = ""


def listen(parts: Sequence[Spoken], ear: Ear) -> str:
    """Say it while listening; silence is reported too, so that a call never ends by falling through."""
    gather = twiml.verb(
        "Gather",
        *_speech(parts),
        input="speech dtmf",
        action=ear.action,
        method="POST",
        timeout=ear.patience,
        speech_timeout=PAUSE_SECONDS if ear.speech_model else "auto",
        speech_model=ear.speech_model or None,
        language=ear.language,
        hints=_hints(ear.hints) or None,
        num_digits=1 if ear.one_key else None,
        finish_on_key="" if ear.one_key else "#",
        profanity_filter=False,
        action_on_empty_result=True,
        barge_in=ear.barge_in,
        partial_result_callback=ear.partial or None,
    )
    return twiml.document(gather)


def go_on(parts: Sequence[Spoken], url: str) -> str:
    """Say it, then fetch the rest of the answer from `url`."""
    return twiml.document(*_speech(parts), twiml.redirect(url))


def wait(url: str) -> str:
    """A breath, then ask `url` again."""
    return twiml.document(twiml.pause(1), twiml.redirect(url))


def end(parts: Sequence[Spoken]) -> str:
    """Say it, then hang up."""
    return twiml.document(*_speech(parts), twiml.hangup())


def _speech(parts: Sequence[Spoken]) -> list[Element]:
    return [twiml.play(part.url) if part.url else twiml.say(part.text) for part in parts]


def _hints(hints: Sequence[str]) -> str:
    """Comma separated, so a hint holds no comma; each once, the first ones first."""
    clean = (" ".join(hint.replace(",", " ").split())[:LONGEST_HINT] for hint in hints)
    return (
        ",".join(dict.fromkeys(hint for hint in clean if hint))
        if len(hints) <= MOST_HINTS
        else _hints(hints[:MOST_HINTS])
    )
