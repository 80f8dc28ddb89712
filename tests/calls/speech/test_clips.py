"""The agent's voice: rendered once, kept, served as the carrier wants it."""

import hashlib
import hmac
import importlib
import io
import threading
import wave
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from calls.models import SpeechClip, Usage
from calls.providers import ProviderError, polly
from calls.speech import clips
from tests.calls.vendors import Vendors
from tests.people import make_call


@pytest.mark.django_db
def test_the_same_words_are_rendered_and_paid_for_once(vendors: Vendors) -> None:
    first, second = make_call(), make_call()
    one = clips.clip("Good morning.", call_id=first.pk)
    two = clips.clip("Good morning.", call_id=second.pk)
    assert one.pk == two.pk
    assert vendors.spoken == ["Good morning."]
    assert Usage.objects.get(meter="polly.character").quantity == len("Good morning.")


@pytest.mark.django_db
def test_the_voice_is_given_the_words_to_say_and_they_name_the_clip(vendors: Vendors) -> None:
    one = clips.clip("It's $450,000, 3 bd.")
    two = clips.clip("It's $450K, 3 BR.")
    assert one.digest == two.digest
    assert vendors.spoken == ["It's four hundred fifty thousand dollars, three bedrooms."]
    assert one.characters == len(vendors.spoken[0])


@pytest.mark.django_db
def test_who_guesses_the_words_learns_no_clip_s_name(vendors: Vendors, client: Client, settings: object) -> None:
    clip = clips.clip("Is this James, and is now a good time?")
    parts = ("Joanna", "neural", "wav", "Is this James, and is now a good time?")
    for words in ("\0".join(parts), "".join(parts), parts[-1]):
        for hashed in (hashlib.sha256(words.encode()), hmac.new(b"", words.encode(), "sha256")):
            assert client.get(f"/speech/{hashed.hexdigest()}.wav").status_code == 404
    settings.SECRET_KEY = "another installation's"  # type: ignore[attr-defined]
    other = clips.clip("Is this James, and is now a good time?")
    assert other.digest != clip.digest
    assert clips.clip("Is this James, and is now a good time?").digest == other.digest


@pytest.mark.django_db
def test_clips_named_by_their_words_alone_are_gone_after_the_migration() -> None:
    old = "".join(hashlib.sha256(b"Joanna\0neural\0wav\0Hello.").hexdigest())
    SpeechClip.objects.create(digest=old, content_type="audio/wav", audio=b"RIFF", seconds=1.0)
    forget = importlib.import_module("calls.migrations.0018_clips_named_with_a_key").forget_clips
    forget(apps, None)
    assert not SpeechClip.objects.exists()


@pytest.mark.django_db
def test_another_voice_says_it_anew(vendors: Vendors, settings: object) -> None:
    clips.clip("Good morning.")
    settings.POLLY_VOICE = "Matthew"  # type: ignore[attr-defined]
    clips.clip("Good morning.")
    assert len(vendors.spoken) == 2


@pytest.mark.django_db
def test_a_clip_is_served_as_a_telephone_wav_that_may_be_kept_for_ever(vendors: Vendors, client: Client) -> None:
    clip = clips.clip("Hello there.")
    answer = client.get(f"/speech/{clip.digest}.wav")
    assert answer["Content-Type"] == "audio/wav"
    assert "immutable" in answer["Cache-Control"]
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.getnframes() / 8000 == clip.seconds


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["unknown.wav", "%00.wav", "{digest}.mp3", "{digest}.mulaw"])
def test_what_is_not_there_in_that_form_is_not_found(vendors: Vendors, client: Client, path: str) -> None:
    clip = clips.clip("Hello there.")
    assert client.get(f"/speech/{path.format(digest=clip.digest)}").status_code == 404


@pytest.mark.django_db
def test_a_clip_cannot_be_posted_to(vendors: Vendors, client: Client) -> None:
    assert client.post(f"/speech/{clips.clip('Hello.').digest}.wav").status_code == 405


@pytest.mark.django_db
def test_speech_for_a_media_stream_is_raw_mulaw(vendors: Vendors) -> None:
    assert len(clips.mulaw("Two words")) == 2 * 800
    assert SpeechClip.objects.get().content_type == "audio/ulaw"


@pytest.mark.django_db
def test_a_voice_that_is_down_is_a_provider_error(vendors: Vendors) -> None:
    vendors.voice_is_down = True
    with pytest.raises(ProviderError) as raised:
        clips.clip("Hello.")
    assert raised.value.code == "ServiceFailureException"
    assert not raised.value.permanent


@pytest.mark.django_db
def test_nobody_listening_is_a_provider_error_too(settings: object, vendors: Vendors) -> None:
    settings.AWS_ENDPOINT_URL_POLLY = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    with pytest.raises(ProviderError) as raised:
        clips.clip("Hello.")
    assert raised.value.code == "unreachable"


@pytest.mark.django_db(transaction=True)
def test_many_who_want_the_same_words_at_once_cost_one_request(vendors: Vendors) -> None:
    digests: list[str] = []

    def want() -> None:
        try:
            digests.append(clips.clip("Everybody wants this.").digest)
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


# --- Words that another process renders ------------------------------------------------------------


def being_rendered(text: str, *, seconds_ago: float = 0.0) -> SpeechClip:
    """Another process has begun to render that text so long ago."""
    began = now() - timedelta(seconds=seconds_ago)
    digest = clips.clip(text).digest
    SpeechClip.objects.all().delete()
    return SpeechClip.objects.create(digest=digest, content_type="audio/wav", audio=b"", seconds=0, created_at=began)


@pytest.mark.django_db(transaction=True)
def test_words_another_process_renders_are_waited_for(vendors: Vendors) -> None:
    clip = being_rendered("Everybody wants this.")
    vendors.spoken.clear()

    def finish() -> None:
        try:
            SpeechClip.objects.filter(pk=clip.pk).update(audio=b"RIFF", seconds=1.0)
        finally:
            connection.close()

    threading.Timer(0.2, finish).start()
    assert clips.clip("Everybody wants this.").seconds == 1.0
    assert vendors.spoken == []


@pytest.mark.django_db
def test_words_whose_process_died_are_rendered_again(vendors: Vendors) -> None:
    being_rendered("Everybody wants this.", seconds_ago=60)
    assert clips.clip("Everybody wants this.").seconds > 0
    assert len(vendors.spoken) == 2


@pytest.mark.django_db
def test_a_voice_that_failed_leaves_the_words_to_whoever_comes_next(vendors: Vendors) -> None:
    vendors.voice_is_down = True
    with pytest.raises(ProviderError):
        clips.clip("Hello.")
    vendors.voice_is_down = False
    assert clips.clip("Hello.").seconds > 0


@pytest.mark.django_db
def test_words_without_a_sound_yet_are_neither_served_nor_at_hand(vendors: Vendors, client: Client) -> None:
    clip = being_rendered("Everybody wants this.")
    assert client.get(f"/speech/{clip.digest}.wav").status_code == 404
    SpeechClip.objects.filter(pk=clip.pk).update(digest=clips._digest(polly.speech(), "Hello.", "mulaw"))
    assert clips.cached_mulaw(["Hello."]) == {}
