from hypothesis import given
from hypothesis import strategies as st

from sandbox.speech import Recognition
from sandbox.speech.word_errors import with_word_errors

SENTENCE = "I am looking for a three bedroom house with two baths, near the lake."


def heard(text: str = SENTENCE, confidence: float = 0.9) -> Recognition:
    return Recognition(text, confidence, 3.0)


@given(st.text(), st.integers())
def test_without_errors_nothing_changes(text: str, seed: int) -> None:
    assert with_word_errors(heard(text), share=0.0, seed=seed) == heard(text)


@given(st.text(), st.integers(), st.floats(0, 1))
def test_the_same_seed_makes_the_same_errors(text: str, seed: int, share: float) -> None:
    assert with_word_errors(heard(text), share=share, seed=seed) == with_word_errors(
        heard(text), share=share, seed=seed
    )


def wrong(share: float, seeds: int = 300) -> float:
    """The mean share of words not where they were, over many seeds."""
    words = SENTENCE.split()
    kept = sum(
        sum(word in with_word_errors(heard(), share=share, seed=seed).text.split() for word in words)
        for seed in range(seeds)
    )
    return 1 - kept / (seeds * len(words))


def test_the_share_of_wrong_words_is_the_one_asked_for() -> None:
    assert abs(wrong(0.1) - 0.1) < 0.03
    assert abs(wrong(0.4) - 0.4) < 0.05
    assert wrong(1.0) > 0.95


def test_confidence_falls_with_the_words() -> None:
    assert with_word_errors(heard(), share=1.0, seed=1).confidence == 0.0
    some = [with_word_errors(heard(), share=0.3, seed=seed) for seed in range(50)]
    assert all(one.confidence <= 0.9 for one in some)
    assert all((one.confidence < 0.9) == (one.text != SENTENCE) for one in some)


def test_words_that_sound_alike_are_taken_for_each_other_and_punctuation_stays() -> None:
    texts = [with_word_errors(heard("Two baths, please."), share=1.0, seed=seed).text for seed in range(60)]
    assert any(text.startswith("To ") for text in texts)
    assert any("paths," in text for text in texts)
    assert any(text.split() == ["paths,"] or len(text.split()) < 3 for text in texts)
