"""XML whose prefixes nobody declared."""

import pytest

from sandbox.markup import End, NotWellFormed, Start, Text, events, tree


def test_a_prefix_is_part_of_the_name():
    root = tree(b'<Response xmlns="x"><Say><amazon:effect name="drc">Hi</amazon:effect></Say></Response>')
    assert [element.tag for element in root.iter()] == ["Response", "Say", "amazon:effect"]
    assert "".join(root.itertext()) == "Hi"


def test_tags_and_letters_know_their_bytes():
    raw = "<a>é&lt;<b/></a>".encode()
    texts = [event for event in events(raw) if isinstance(event, Text)]
    assert [raw[slice(*span)].decode() for text in texts for span in text.spans] == ["é", "&lt;"]
    start = events(raw)[-3]
    assert isinstance(start, Start)
    assert (raw[start.at : start.end], events(raw)[-1]) == (b"<b/>", End("a"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<a>",
        b"<a></b>",
        b"hello",
        b"<a/><b/>",
        b"<a>&nbsp;</a>",
        b"<!DOCTYPE a><a/>",
        b"<a>\xff</a>",
        b"<a x=1/>",
    ],
)
def test_what_is_not_well_formed_is_refused(raw):
    with pytest.raises(NotWellFormed):
        tree(raw)
