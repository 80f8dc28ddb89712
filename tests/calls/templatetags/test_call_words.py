"""Template filters for a call's status and for the names of call types."""

import pytest

from calls.models import Call
from calls.templatetags.call_words import tinted, tone


@pytest.mark.parametrize(
    ("status", "expected"),
    [("queued", "waiting"), ("ringing", "dialing"), ("in_progress", "live"), ("completed", "done"), ("failed", "lost")],
)
def test_a_status_has_a_tone(status: str, expected: str) -> None:
    assert tone(Call(status=status)) == expected


def test_the_names_of_call_types_are_marked_in_their_colors() -> None:
    assert tinted("Realtime: faster") == '<b class="type-realtime">Realtime</b>: faster'


def test_markup_in_a_text_stays_text() -> None:
    assert tinted("<script>regular</script>") == '&lt;script&gt;<b class="type-regular">regular</b>&lt;/script&gt;'
