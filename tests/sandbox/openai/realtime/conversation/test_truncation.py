"""What of a long conversation the model still gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.openai.realtime.conversation.model_input import Share
from sandbox.openai.realtime.conversation.truncation import TooLong, input_limit, left_out


def shares(*tokens: int) -> list[Share]:
    return [Share((str(number), 0), tokens_, 0) for number, tokens_ in enumerate(tokens)]


def test_what_fits_is_kept_whole() -> None:
    assert left_out(shares(100, 50, 50), "auto", 200) == 0


def test_the_oldest_go_until_the_rest_fits_and_the_instructions_stay() -> None:
    assert left_out(shares(100, 60, 50, 40), "auto", 200) == 1
    assert left_out(shares(100, 60, 50, 400), "auto", 200) == 3


def test_with_a_ratio_more_goes_at_once_so_that_less_goes_later() -> None:
    ratio = {"type": "retention_ratio", "retention_ratio": 0.5}

    assert left_out(shares(100, 40, 30, 30), ratio, 200) == 0
    assert left_out(shares(100, 40, 30, 30, 20), ratio, 200) == 2


def test_a_limit_of_ones_own_counts_after_the_instructions() -> None:
    own = {"type": "retention_ratio", "retention_ratio": 1.0, "token_limits": {"post_instructions": 60}}

    assert left_out(shares(100, 40, 30, 30), own, 10_000) == 1


def test_disabled_means_an_error() -> None:
    assert left_out(shares(100, 50), "disabled", 150) == 0
    with pytest.raises(TooLong):
        left_out(shares(100, 51), "disabled", 150)


@given(st.lists(st.integers(0, 500), min_size=1), st.integers(1, 2000))
def test_what_is_left_fits_and_nothing_more_had_to_go(tokens: list[int], limit: int) -> None:
    head, *items = tokens
    gone = left_out(shares(*tokens), "auto", limit)
    room = max(0, limit - head)

    assert sum(items[gone:]) <= room
    assert gone == 0 or sum(items[gone - 1 :]) > room


@pytest.mark.parametrize(
    ("model", "limit"),
    [("gpt-realtime", 28_224), ("gpt-realtime-2025-08-28", 28_224), ("gpt-realtime-2.1", 123_904)],
)
def test_the_window_is_the_models(model: str, limit: int) -> None:
    assert input_limit(model) == limit


async def test_a_session_forgets_its_beginning_or_fails_as_it_was_told(connect, model):
    own = {"type": "retention_ratio", "retention_ratio": 1.0, "token_limits": {"post_instructions": 40}}
    async with connect() as line:
        await line.configure(output_modalities=["text"], truncation=own)
        await line.write("The first thing I say is about the garden. " * 3)
        await line.write("The last thing I say is about the lake.")
        done = await line.answer()

        assert [message.text[:12] for message in model.turns[-1].messages] == ["The last thi"]
        assert done["usage"]["input_token_details"]["text_tokens"] < 200

    async with connect(model="gpt-realtime-1.5") as line:
        await line.configure(output_modalities=["text"], truncation="disabled")
        await line.write("word " * 28_000)
        failed = await line.answer()

        assert (failed["status"], failed["status_details"]["error"]["code"]) == ("failed", "context_length_exceeded")
