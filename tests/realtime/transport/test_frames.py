"""Frames read and written without the library: the same as with it, however the bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from realtime.transport.frames import FrameReader, text_frame

LONGEST = 200_000
sizes = st.sampled_from([0, 1, 125, 126, 127, 300, 65_535, 65_536])
texts = st.one_of(st.text(max_size=40), sizes.map("x".__mul__))
other_frames = st.sampled_from(
    [
        Frame(Opcode.PING, b"p"),
        Frame(Opcode.PONG, b""),
        Frame(Opcode.BINARY, b"\xff" * 130),
        Frame(Opcode.CLOSE, b"\x03\xe8"),
        Frame(Opcode.TEXT, b"\xff\xfe"),
    ]
)


COMPRESSED = b"\xc1\x03abc"  # by an extension, as its reserved bit says


def written(frame: str | Frame, *, masked: bool) -> bytes:
    """The frame as the library writes it."""
    if isinstance(frame, str):
        frame = Frame(Opcode.TEXT, frame.encode())
    return frame.serialize(mask=masked)


@given(frames=st.lists(st.one_of(texts, other_frames), max_size=6), masked=st.booleans(), data=st.data())
def test_whatever_is_sent_comes_out_whole_however_it_is_cut(
    frames: list[str | Frame], masked: bool, data: st.DataObject
) -> None:
    wire = [written(frame, masked=masked) for frame in frames]
    whole = b"".join(wire)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    reader = FrameReader(masked=masked, longest=LONGEST)
    found = [
        part
        for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)
        for part in reader.read(whole[start:end])
    ]
    assert found == [frame if isinstance(frame, str) else sent for frame, sent in zip(frames, wire, strict=True)]


@given(texts)
def test_an_unmasked_text_is_written_as_the_library_writes_it(text: str) -> None:
    assert text_frame(text, masked=False) == written(text, masked=False)


@given(texts)
def test_a_masked_text_is_what_the_library_reads(text: str) -> None:
    library = ServerProtocol(state=OPEN, max_size=LONGEST)
    library.receive_data(text_frame(text, masked=True))
    [read] = library.events_received()
    assert isinstance(read, Frame)
    assert (read.opcode, bytes(read.data).decode()) == (Opcode.TEXT, text)


def test_no_two_masks_are_the_same() -> None:
    assert len({text_frame("again", masked=True)[2:6] for _ in range(50)}) > 45


def test_a_text_in_pieces_is_left_to_the_library_and_so_is_a_text_among_them() -> None:
    pieces = [Frame(Opcode.TEXT, b"a", fin=False), Frame(Opcode.TEXT, b"no piece", fin=True), Frame(Opcode.CONT, b"c")]
    wire = [piece.serialize(mask=True) for piece in pieces]
    reader = FrameReader(masked=True, longest=LONGEST)
    assert reader.read(b"".join(wire)) == wire
    assert reader.read(text_frame("after", masked=True)) == ["after"]


@pytest.mark.parametrize("masked", [True, False])
def test_a_frame_masked_where_it_must_not_be_is_left_to_the_library(masked: bool) -> None:
    wrong = written("text", masked=not masked)
    assert FrameReader(masked=masked, longest=LONGEST).read(wrong) == [wrong]


def test_a_compressed_text_is_left_to_the_library() -> None:
    assert FrameReader(masked=False, longest=LONGEST).read(COMPRESSED * 2) == [COMPRESSED, COMPRESSED]


def test_a_frame_too_long_is_not_waited_for() -> None:
    head = b"\x81\x7f" + (LONGEST + 1).to_bytes(8)
    assert FrameReader(masked=False, longest=LONGEST).read(head + b"x") == [head + b"x"]


@given(frames=st.lists(st.one_of(texts, other_frames), min_size=1, max_size=2), masked=st.booleans())
def test_the_only_text_in_what_came_is_what_reading_finds(frames: list[str | Frame], masked: bool) -> None:
    data = b"".join(written(frame, masked=masked) for frame in frames)
    text = FrameReader(masked=masked, longest=LONGEST).only(data)
    assert text is None or FrameReader(masked=masked, longest=LONGEST).read(data) == [text]


def test_a_frame_of_the_callers_is_the_only_text() -> None:
    reader = FrameReader(masked=True, longest=LONGEST)
    frame = text_frame("x" * 382, masked=True)
    assert reader.only(frame) == "x" * 382
    assert reader.read(frame[:5]) == []
    assert reader.only(frame[5:]) is None
