"""µ-law as it travels."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from realtime.bridge.audio.mulaw import KeptSpeech, join, size, split


@given(st.binary(max_size=400))
def test_the_size_of_a_text_is_that_of_its_sound(sound: bytes) -> None:
    assert size(base64.b64encode(sound).decode()) == len(sound)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8))
def test_pieces_are_joined_to_one(sounds: list[bytes]) -> None:
    joined = join([base64.b64encode(sound).decode() for sound in sounds])
    assert base64.b64decode(joined) == b"".join(sounds)


def test_a_piece_that_is_not_base64_is_left_out() -> None:
    assert base64.b64decode(join(["/w==", "/w=", "/w=="])) == b"\xff\xff"


def test_a_recording_is_cut_into_pieces_of_a_fifth_of_a_second() -> None:
    pieces = split(bytes(8 * 500))
    assert [size(piece) for piece in pieces] == [1600, 1600, 800]


def test_kept_speech_forgets_the_oldest_over_its_limit_and_is_taken_once() -> None:
    kept = KeptSpeech(seconds=0.1)
    for n in range(10):
        kept.keep(base64.b64encode(bytes([n]) * 160).decode(), n * 20)
    whole = kept.take()
    assert whole is not None
    assert (whole.at_ms, size(whole.audio)) == (100, 800)
    assert base64.b64decode(whole.audio)[0] == 5
    assert kept.take() is None
