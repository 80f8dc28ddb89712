"""Amazon Polly's English voices and the engines of each (AWS page "Available voices"), as DescribeVoices lists them."""

from dataclasses import dataclass
from typing import Any

_LANGUAGES = {"en-US": "US English", "en-GB": "British English", "en-AU": "Australian English"}


@dataclass(frozen=True)
class PollyVoice:
    id: str
    gender: str
    language: str
    engines: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "Gender": self.gender,
            "Id": self.id,
            "LanguageCode": self.language,
            "LanguageName": _LANGUAGES[self.language],
            "Name": self.id,
            "SupportedEngines": list(self.engines),
        }


def _voices(gender: str, language: str, engines: str, names: str) -> list[PollyVoice]:
    return [PollyVoice(name, gender, language, tuple(engines.split())) for name in names.split()]


POLLY_VOICES = {
    voice.id: voice
    for voice in [
        *_voices("Female", "en-US", "neural long-form generative", "Danielle Ruth"),
        *_voices("Female", "en-US", "neural standard generative", "Joanna Salli"),
        *_voices("Female", "en-US", "neural standard", "Ivy Kendra Kimberly"),
        *_voices("Male", "en-US", "neural long-form", "Gregory"),
        *_voices("Male", "en-US", "neural generative", "Stephen"),
        *_voices("Male", "en-US", "neural standard generative", "Matthew"),
        *_voices("Male", "en-US", "neural standard", "Joey Justin"),
        *_voices("Male", "en-US", "neural", "Kevin"),
        *_voices("Female", "en-GB", "neural standard generative", "Amy"),
        *_voices("Female", "en-GB", "neural standard", "Emma"),
        *_voices("Male", "en-GB", "neural standard", "Brian"),
        *_voices("Male", "en-GB", "neural", "Arthur"),
        *_voices("Female", "en-AU", "neural generative", "Olivia"),
        *_voices("Female", "en-AU", "standard", "Nicole"),
        *_voices("Male", "en-AU", "standard", "Russell"),
    ]
}
