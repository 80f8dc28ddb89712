"""SSML as it is spoken."""

import pytest

from sandbox.polly.ssml import BadSsml, Pause, Spoken, billed_characters, parse_ssml


def test_text_and_breaks_come_in_order():
    parts = parse_ssml('<speak>Hello <break time="300ms"/>there<break strength="strong"/></speak>')
    assert parts == (Spoken("Hello"), Pause(0.3), Spoken("there"), Pause(0.5))
    assert billed_characters(parts) == len("Hellothere")


def test_a_substitute_is_spoken_and_a_long_break_is_cut():
    assert parse_ssml('<speak><sub alias="Doctor">Dr.</sub><break time="60s"/></speak>') == (
        Spoken("Doctor"),
        Pause(10.0),
    )


@pytest.mark.parametrize(
    "document", ["<speak>", "<p>Hi</p>", "<speak><blink>Hi</blink></speak>", '<speak><break time="soon"/></speak>']
)
def test_what_is_no_ssml_is_refused(document):
    with pytest.raises(BadSsml):
        parse_ssml(document)
