"""SSML as it is spoken."""

from typing import Any, cast

import pytest

from sandbox.polly.ssml import BadSsml, Mark, Pause, Spoken, billed_characters, parse_ssml, plain


def test_text_and_breaks_come_in_order():
    parts = parse_ssml('<speak>Hello <break time="300ms"/>there<break strength="strong"/></speak>')
    assert parts == (Spoken("Hello"), Pause(0.3), Spoken("there"), Pause(0.5))
    assert billed_characters(parts) == len("Hellothere")


def test_a_substitute_is_spoken_and_a_long_break_is_cut():
    assert parse_ssml('<speak><sub alias="Doctor">Dr.</sub><break time="60s"/></speak>') == (
        Spoken("Doctor"),
        Pause(10.0),
    )


def test_tags_inside_a_sentence_do_not_cut_it():
    spoken = parse_ssml("<speak>I <prosody rate='slow'>really\n  mean</prosody> it &amp; more.</speak>")
    assert spoken == (Spoken("I really mean it & more."),)


def test_every_letter_knows_its_bytes():
    document = "<speak>Zoë &amp; <sub alias='it'>x</sub><mark name='here'/></speak>"
    zoe, it, here = cast(Any, parse_ssml(document))
    raw = document.encode()
    written = [raw[start:end].decode() for start, end in zoe.spans]
    assert written == ["Z", "o", "ë", " ", "&amp;"]
    assert raw[slice(*it.spans[0])] == b"<sub alias='it'>"
    assert (here, raw[slice(*here.span)]) == (Mark("here"), b"<mark name='here'/>")
    assert list(plain("Zoë!").spans) == [(0, 1), (1, 2), (2, 4), (4, 5)]


AMAZON = [
    '<amazon:effect name="whispered">Hi</amazon:effect>',
    '<amazon:effect phonation="soft">Hi</amazon:effect>',
    '<amazon:effect vocal-tract-length="+10%">Hi</amazon:effect>',
    "<amazon:auto-breaths>Hi</amazon:auto-breaths>",
    '<emphasis level="strong">Hi</emphasis>',
    '<prosody pitch="high">Hi</prosody>',
    '<prosody amazon:max-duration="2s">Hi</prosody>',
]


@pytest.mark.parametrize("inner", AMAZON)
def test_amazons_own_tags_need_no_namespace_and_are_for_standard_voices(inner):
    document = f"<speak>{inner}</speak>"
    assert parse_ssml(document) == (Spoken("Hi"),)
    assert parse_ssml(document, engine="generative") == (Spoken("Hi"),)
    for engine in ("neural", "long-form"):
        with pytest.raises(BadSsml, match=r"Unsupported"):
            parse_ssml(document, engine=engine)


def test_what_neural_voices_can_do_is_taken():
    assert parse_ssml('<speak><amazon:effect name="drc">Hi</amazon:effect></speak>', engine="neural") == (Spoken("Hi"),)
    news = '<speak><amazon:domain name="news">Hi</amazon:domain></speak>'
    assert parse_ssml(news, engine="neural", voice="Joanna") == (Spoken("Hi"),)
    for other in ({"engine": "standard"}, {"engine": "neural", "voice": "Ivy"}):
        with pytest.raises(BadSsml):
            parse_ssml(news, **other)


@pytest.mark.parametrize(
    "document",
    [
        "<speak>",
        "<speak><amazon:mood>Hi</amazon:mood></speak>",
        "<speak>\ud800</speak>",
        "<p>Hi</p>",
        "<speak><blink>Hi</blink></speak>",
        '<speak><break time="soon"/></speak>',
    ],
)
def test_what_is_no_ssml_is_refused(document):
    with pytest.raises(BadSsml):
        parse_ssml(document)
