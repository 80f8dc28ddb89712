"""What a URL's fragment asks of its retries."""

import httpx
import pytest

from sandbox.twilio.webhooks.transport import Failure, Overrides


def test_a_fragment_sets_retries_and_time_limits():
    wanted = Overrides.read_from("rc=2&rp=ct,5xx&ct=2000&tt=60000", limit=15.0)
    assert (wanted.retries, wanted.connect, wanted.read, wanted.total) == (2, 2.0, 15.0, 15.0)
    assert wanted.on == {"ct", "5xx"}


def test_nonsense_counts_as_the_default():
    assert Overrides.read_from("rc=many&ct=soon", limit=15.0) == Overrides.read_from("", limit=15.0)


@pytest.mark.parametrize(
    ("on", "outcome", "again"),
    [
        ("ct", Failure(11205, "cannot connect"), True),
        ("ct", Failure(11200, "no answer"), False),
        ("5xx", httpx.Response(503), True),
        ("5xx", httpx.Response(404), False),
        ("all", httpx.Response(404), True),
        ("all", httpx.Response(200), False),
    ],
)
def test_it_is_tried_again_after_what_was_named(on, outcome, again):
    assert Overrides.read_from(f"rp={on}", limit=15.0).again_after(outcome) is again
