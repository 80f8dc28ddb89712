"""Speech marks, without a voice."""

import json

from sandbox.polly.marks import Timed, speech_marks
from sandbox.polly.ssml import parse_ssml, plain


def marks(parts, kinds, seconds=1.0):
    """Each part lasts that long."""
    timed = [Timed(part, at * seconds, (at + 1) * seconds) for at, part in enumerate(parts)]
    return [json.loads(line) for line in speech_marks(timed, kinds).splitlines()]


def test_words_and_sentences_are_placed_by_bytes():
    text = "Zoë rings. Wait!"
    found = marks([plain(text)], ["sentence", "word"])
    assert [(mark["type"], mark["value"]) for mark in found] == [
        ("sentence", "Zoë rings."),
        ("word", "Zoë"),
        ("word", "rings"),
        ("sentence", "Wait!"),
        ("word", "Wait"),
    ]
    assert all(text.encode()[mark["start"] : mark["end"]].decode() == mark["value"] for mark in found)


def test_words_at_a_pause_do_not_run_into_each_other():
    parts = parse_ssml("<speak>One<break time='1s'/>two<p>three</p></speak>")
    found = marks(parts, ["word"])
    assert [(mark["value"], mark["time"]) for mark in found] == [("One", 0), ("two", 2000), ("three", 3000)]


def test_a_named_place_is_a_mark_of_its_tag():
    document = '<speak>Go<mark name="here"/> on</speak>'
    (mark,) = marks(parse_ssml(document), ["ssml"])
    assert (mark["value"], document[mark["start"] : mark["end"]]) == ("here", '<mark name="here"/>')
    assert [mark["value"] for mark in marks(parse_ssml(document), ["sentence"])] == ["Go on"]
