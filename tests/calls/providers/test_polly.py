"""Amazon Polly over its real client: formats, what is billed, failures."""

from typing import Any

import pytest

from calls.providers import ProviderError
from calls.providers.polly import is_up, speech, warm_up
from tests.calls.vendors import Vendors


@pytest.mark.parametrize(("output", "content_type"), [("mulaw", "audio/mulaw"), ("pcm", "audio/pcm")])
def test_speech_comes_in_the_format_asked_for_with_what_it_costs(
    vendors: Vendors, output: str, content_type: str
) -> None:
    rendered = speech().render("Hello there.", output=output)
    assert rendered.content_type == content_type
    assert rendered.characters == len("Hello there.")
    assert len(rendered.audio) == {"mulaw": 1, "pcm": 2}[output] * 800 * 2  # the stand-in says 100 ms a word
    assert vendors.spoken == ["Hello there."]


def test_the_voice_and_engine_are_the_configured_ones(settings: Any) -> None:
    settings.POLLY_VOICE, settings.POLLY_ENGINE = "Matthew", "standard"
    assert (speech().voice, speech().engine) == ("Matthew", "standard")


def test_a_failing_service_is_an_error_that_may_pass(vendors: Vendors) -> None:
    vendors.voice_is_down = True
    with pytest.raises(ProviderError) as caught:
        speech().render("Hello.", output="pcm")
    assert caught.value.code == "ServiceFailureException"
    assert not caught.value.permanent


def test_nothing_to_say_is_an_error_and_no_silence(vendors: Vendors) -> None:
    with pytest.raises(ProviderError) as caught:
        speech().render(" ", output="pcm")  # the stand-in renders no sound for no words
    assert caught.value.code == "empty"


def test_nobody_listening_is_an_error_that_may_pass(vendors: Vendors, settings: Any) -> None:
    settings.AWS_ENDPOINT_URL_POLLY = "http://127.0.0.1:9"
    with pytest.raises(ProviderError) as caught:
        speech().render("Hello.", output="pcm")
    assert (caught.value.code, caught.value.permanent) == ("unreachable", False)
    assert not is_up()


def test_the_voice_is_up_when_it_lists_its_voices(vendors: Vendors) -> None:
    warm_up()
    assert is_up()
    assert vendors.spoken == []
