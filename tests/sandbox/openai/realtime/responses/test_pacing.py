import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sandbox.openai.realtime.responses import pacing

WORDS = st.lists(st.text(alphabet="abcdefgh'", min_size=1, max_size=12), min_size=1, max_size=20)


def test_sentences_end_where_people_take_breath():
    text = "Dr. Lee is in. It costs $4.5 million, on 12 Oak St. near the lake! Shall we go? Yes."
    assert pacing.sentences(text) == [
        "Dr. Lee is in.",
        "It costs $4.5 million, on 12 Oak St. near the lake!",
        "Shall we go?",
        "Yes.",
    ]


def test_no_text_is_no_sentence():
    assert pacing.sentences("  ") == []


@given(words=WORDS, ms=st.integers(100, 9000), begin_ms=st.integers(0, 5000))
def test_every_word_and_every_sample_goes_out_once_and_in_order(words, ms, begin_ms):
    pcm = np.arange(ms * 8, dtype=np.int16)
    pieces = list(pacing.pieces(" ".join(words), pcm, rate=8000, begin_ms=begin_ms))
    sent = np.concatenate([piece.pcm for piece in pieces])
    timed = [word for piece in pieces for word in piece.words]
    assert [word for word, _ in timed] == words
    assert np.array_equal(sent[: len(pcm)], pcm)
    assert not sent[len(pcm) :].any()
    assert [end for _, end in timed] == sorted(end for _, end in timed)
    assert timed[-1][1] == begin_ms + ms


@given(words=WORDS, ms=st.integers(400, 9000))
def test_a_word_is_written_before_it_has_sounded(words, ms):
    pcm = np.zeros(ms * 8, np.int16)
    for piece in pacing.pieces(" ".join(words), pcm, rate=8000, begin_ms=0):
        assert all(end >= piece.begin_ms for _, end in piece.words)
