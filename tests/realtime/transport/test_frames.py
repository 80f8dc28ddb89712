"""Frames read and written without the library: the same as with it, however the bytes are cut."""

import tracemalloc
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
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
    assert list(reader.read(b"".join(wire))) == wire
    assert list(reader.read(text_frame("after", masked=True))) == ["after"]


@pytest.mark.parametrize("masked", [True, False])
def test_a_frame_masked_where_it_must_not_be_is_left_to_the_library(masked: bool) -> None:
    wrong = written("text", masked=not masked)
    assert list(FrameReader(masked=masked, longest=LONGEST).read(wrong)) == [wrong]


def test_a_compressed_text_is_left_to_the_library() -> None:
    assert list(FrameReader(masked=False, longest=LONGEST).read(COMPRESSED * 2)) == [COMPRESSED, COMPRESSED]


def test_a_frame_too_long_is_not_waited_for() -> None:
    head = b"\x81\x7f" + (LONGEST + 1).to_bytes(8)
    assert list(FrameReader(masked=False, longest=LONGEST).read(head + b"x")) == [head + b"x"]


@given(frames=st.lists(st.one_of(texts, other_frames), min_size=1, max_size=2), masked=st.booleans())
def test_the_only_text_in_what_came_is_what_reading_finds(frames: list[str | Frame], masked: bool) -> None:
    data = b"".join(written(frame, masked=masked) for frame in frames)
    text = FrameReader(masked=masked, longest=LONGEST).only(data)
    assert text is None or list(FrameReader(masked=masked, longest=LONGEST).read(data)) == [text]


def test_a_frame_of_the_callers_is_the_only_text() -> None:
    reader = FrameReader(masked=True, longest=LONGEST)
    frame = text_frame("x" * 382, masked=True)
    assert reader.only(frame) == "x" * 382
    assert list(reader.read(frame[:5])) == []
    assert reader.only(frame[5:]) is None


LARGE = 8_000
CHATTER = 700  # bytes that a call of `read` may allocate whatever it is given: the generator, small objects


def allocated(reader: FrameReader, pieces: Iterable[bytes]) -> int:
    """How many bytes reading the pieces allocates on its way, call by call: whatever is copied is allocated first."""
    total = 0
    tracemalloc.start()
    try:
        for piece in pieces:
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            for _ in reader.read(piece):
                pass
            total += max(0, tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
    return total


def cut_at(whole: bytes, cuts: Iterable[int]) -> list[bytes]:
    """The bytes in pieces."""
    ends = [*sorted(cuts), len(whole)]
    return [whole[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(
    sizes=st.lists(st.sampled_from([0, 1, 125, 126, 300, LARGE]), min_size=1, max_size=6),
    opcode=st.sampled_from([Opcode.TEXT, Opcode.BINARY, Opcode.CONT]),
    data=st.data(),
)
@settings(deadline=None, max_examples=40)
def test_each_byte_is_moved_a_fixed_number_of_times_however_it_is_cut(
    sizes: list[int], opcode: Opcode, data: st.DataObject
) -> None:
    whole = b"".join(Frame(opcode, b"x" * size).serialize(mask=True) for size in sizes)
    cuts = data.draw(
        st.one_of(
            st.lists(st.integers(0, len(whole)), max_size=8),
            st.integers(1, 500).map(lambda step: range(step, len(whole), step)),
        )
    )
    pieces = cut_at(whole, cuts)
    assert allocated(FrameReader(masked=True, longest=LONGEST), pieces) <= 8 * len(whole) + CHATTER * len(pieces)


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64])
def test_a_frame_dripped_byte_by_byte_costs_no_more_than_its_length(step: int) -> None:
    whole = text_frame("x" * 60_000, masked=True)
    pieces = cut_at(whole, range(step, len(whole), step))
    assert allocated(FrameReader(masked=True, longest=LONGEST), pieces) <= 8 * len(whole) + CHATTER * len(pieces)


def test_of_a_frame_that_is_announced_nothing_is_kept_in_advance() -> None:
    head = b"\x81\xff" + LONGEST.to_bytes(8)
    assert allocated(FrameReader(masked=True, longest=LONGEST), [head, b"\0\0\0\0", b"x" * 100]) < 3 * CHATTER


@pytest.mark.parametrize("size", [126, 65_536])
@given(data=st.data())
def test_a_length_is_believed_only_when_it_is_whole(size: int, data: st.DataObject) -> None:
    wire = text_frame("x" * size, masked=True)
    cut = data.draw(st.integers(1, 14))
    reader = FrameReader(masked=True, longest=LONGEST)
    assert list(reader.read(wire[:cut])) == []
    assert list(reader.read(wire[cut:])) == ["x" * size]
