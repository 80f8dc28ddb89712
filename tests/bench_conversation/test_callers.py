"""What the callers of the bench say."""

from tests.bench_conversation.callers import LINES, script


def test_every_caller_says_every_line_once_and_hangs_up() -> None:
    hello, *said, last = script(3)
    assert (hello, len(said), last) == ("Hello?", len(LINES), {"hang_up": True})
    assert len(set(said)) == len(LINES)


def test_callers_at_the_same_time_ask_different_things() -> None:
    at_once = [script(number)[1:-1] for number in range(len(LINES) // 2)]
    for said in zip(*at_once, strict=True):
        assert len(set(said)) == len(said)
