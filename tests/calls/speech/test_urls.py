"""The address of a clip, as the carrier is given it."""

import pytest
from django.urls import Resolver404, resolve, reverse

from calls.speech.clips import clip_url, serve

DIGEST = "a1" * 32


def test_a_clip_has_one_address_with_its_format() -> None:
    address = reverse("speech_clip", args=[DIGEST, "wav"])
    assert address.endswith(f"speech/{DIGEST}.wav")
    assert clip_url(DIGEST).endswith(address)
    match = resolve(address)
    assert match.func is serve
    assert match.kwargs == {"digest": DIGEST, "extension": "wav"}


def test_an_address_without_a_format_names_no_clip() -> None:
    with pytest.raises(Resolver404):
        resolve(reverse("speech_clip", args=[DIGEST, "wav"]).removesuffix(".wav"))
