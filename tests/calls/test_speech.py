"""The agent's voice: rendered once, kept, served as the carrier wants it."""

import io
import threading
import wave

import pytest
from django.test import Client

from calls import speech
from calls.models import SpeechClip, Usage
from calls.providers import ProviderError
from tests.calls.vendors import Vendors
from tests.people import make_call


@pytest.mark.django_db
def test_the_same_words_are_rendered_and_paid_for_once(vendors: Vendors) -> None:
    first, second = make_call(), make_call()
    one = speech.clip("Good morning.", call_id=first.pk)
    two = speech.clip("Good morning.", call_id=second.pk)
    assert one.pk == two.pk
    assert vendors.spoken == ["Good morning."]
    assert Usage.objects.get(meter="polly.character").quantity == len("Good morning.")


@pytest.mark.django_db
def test_another_voice_says_it_anew(vendors: Vendors, settings: object) -> None:
    speech.clip("Good morning.")
    settings.POLLY_VOICE = "Matthew"  # type: ignore[attr-defined]
    speech.clip("Good morning.")
    assert len(vendors.spoken) == 2


@pytest.mark.django_db
def test_a_clip_is_served_as_a_telephone_wav_that_may_be_kept_for_ever(vendors: Vendors, client: Client) -> None:
    clip = speech.clip("Hello there.")
    answer = client.get(f"/speech/{clip.digest}.wav")
    assert answer["Content-Type"] == "audio/wav"
    assert "immutable" in answer["Cache-Control"]
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.getnframes() / 8000 == clip.seconds


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["unknown.wav", "%00.wav", "{digest}.mp3", "{digest}.mulaw"])
def test_what_is_not_there_in_that_form_is_not_found(vendors: Vendors, client: Client, path: str) -> None:
    clip = speech.clip("Hello there.")
    assert client.get(f"/speech/{path.format(digest=clip.digest)}").status_code == 404


@pytest.mark.django_db
def test_a_clip_cannot_be_posted_to(vendors: Vendors, client: Client) -> None:
    assert client.post(f"/speech/{speech.clip('Hello.').digest}.wav").status_code == 405


@pytest.mark.django_db
def test_speech_for_a_media_stream_is_raw_mulaw(vendors: Vendors) -> None:
    assert len(speech.mulaw("Two words")) == 2 * 800
    assert SpeechClip.objects.get().content_type == "audio/ulaw"


@pytest.mark.django_db
def test_a_voice_that_is_down_is_a_provider_error(vendors: Vendors) -> None:
    vendors.voice_is_down = True
    with pytest.raises(ProviderError) as raised:
        speech.clip("Hello.")
    assert raised.value.code == "ServiceFailureException"
    assert not raised.value.permanent


@pytest.mark.django_db
def test_nobody_listening_is_a_provider_error_too(settings: object, vendors: Vendors) -> None:
    settings.AWS_ENDPOINT_URL_POLLY = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    with pytest.raises(ProviderError) as raised:
        speech.clip("Hello.")
    assert raised.value.code == "unreachable"


@pytest.mark.django_db(transaction=True)
def test_many_who_want_the_same_words_at_once_cost_one_request(vendors: Vendors) -> None:
    from django.db import connection

    digests: list[str] = []

    def want() -> None:
        try:
            digests.append(speech.clip("Everybody wants this.").digest)
        finally:
            connection.close()

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 8
    assert len(set(digests)) == 1
    assert vendors.spoken == ["Everybody wants this."]
