"""Tokens, pieces and the cache of prompts."""

from hypothesis import given
from hypothesis import strategies as st

from sandbox.openai.chat.completion import PromptCache, pieces, tokens_in


@given(st.text())
def test_the_pieces_of_a_text_join_to_the_text(text):
    if text.strip():
        assert "".join(pieces(text)) == text.rstrip() or "".join(pieces(text)) == text


def test_about_four_characters_are_a_token():
    assert [tokens_in("a" * length) for length in (0, 1, 4, 5)] == [0, 1, 1, 2]


def test_only_a_long_prompt_seen_before_is_cached():
    cache, prompt = PromptCache(), ["word " * 2000]
    assert cache.cached_tokens(prompt) == 0
    assert cache.cached_tokens(prompt) >= 1024
    assert cache.cached_tokens(["short"]) == 0
