"""Languages: the tags that all our recognizers take, and which of them is meant by what somebody wrote.

The agent speaks English; a lead's language is what the recognizers are told to expect. `<Gather>` wants language and
country (13331 for anything else), transcription the language alone.
"""

import re
from functools import lru_cache
from typing import Any

from leads.models.base import KnownNameField

DEFAULT = "en-US"
LONGEST = 12
LANGUAGES = {
    "en-US": "English (United States)",
    "en-CA": "English (Canada)",
    "en-GB": "English (United Kingdom)",
    "en-AU": "English (Australia)",
    "en-IN": "English (India)",
    "es-US": "Spanish (United States)",
    "es-MX": "Spanish (Mexico)",
    "es-ES": "Spanish (Spain)",
    "fr-CA": "French (Canada)",
    "fr-FR": "French (France)",
    "pt-BR": "Portuguese (Brazil)",
    "pt-PT": "Portuguese (Portugal)",
    "de-DE": "German",
    "it-IT": "Italian",
    "nl-NL": "Dutch",
    "pl-PL": "Polish",
    "ru-RU": "Russian",
    "uk-UA": "Ukrainian",
    "hi-IN": "Hindi",
    "ja-JP": "Japanese",
    "ko-KR": "Korean",
    "vi-VN": "Vietnamese",
}
_OWN_NAMES = {
    "español": "es-US", "espanol": "es-US", "castellano": "es-ES", "français": "fr-FR", "francais": "fr-FR",
    "português": "pt-BR", "portugues": "pt-BR", "deutsch": "de-DE", "italiano": "it-IT", "nederlands": "nl-NL",
    "polski": "pl-PL", "русский": "ru-RU", "українська": "uk-UA", "हिन्दी": "hi-IN", "日本語": "ja-JP",
    "한국어": "ko-KR", "tiếng việt": "vi-VN", "american english": "en-US", "british english": "en-GB",
    "mexican spanish": "es-MX",
}  # fmt: skip


def find_language(written: object) -> str | None:
    """Return the tag of the language that is meant: by its tag however written ("en_US", "ES"), or by its name.

    A language of several countries is that of the first in `LANGUAGES`. None when it is none of them.
    """
    return _found(written) if isinstance(written, str) and len(written) <= 40 else None


def language_of(written: object) -> str:
    """Return the tag of the language that is meant, American English where none is."""
    return find_language(written) or DEFAULT


def spoken_language(written: object) -> str:
    """Return the language without its country, as transcription wants it (ISO 639-1): "en"."""
    return language_of(written).partition("-")[0]


def language_choices() -> list[Any]:
    """Return the languages for a form."""
    return list(LANGUAGES.items())


class LanguageField(KnownNameField):
    """A language, as a BCP 47 tag that every vendor takes."""

    says = "That is no language we can recognize. Give its tag, such as en-US."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        kwargs.setdefault("default", DEFAULT)
        super().__init__(*args, **kwargs)

    def find(self, written: object) -> str | None:
        """The language that was meant."""
        return find_language(written)

    def fallback(self) -> str:
        """American English."""
        return DEFAULT

    def names(self) -> list[Any]:
        """The languages that all our recognizers take."""
        return language_choices()


@lru_cache(maxsize=256)
def _found(written: str) -> str | None:
    plain = " ".join(written.split()).casefold()
    return _names().get(plain) or _names().get(re.sub(r"[_ ]", "-", plain).removesuffix(".utf-8"))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for tag, label in LANGUAGES.items():
        for name in (tag, tag.partition("-")[0], label, label.partition(" (")[0]):
            names.setdefault(name.casefold(), tag)
    return names | _OWN_NAMES
