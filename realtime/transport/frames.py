"""WebSocket frames: a fast path for the usual one, a whole text in one piece; all others go to the library.

Measured for a 20 ms frame: `websockets` takes as much for reading one and for writing one as the kernel does. Read here
is what nearly every message is (RFC 6455 section 5.2: FIN, no extension, opcode 1); pings, closes, fragments,
compressed and malformed frames go to the library whole, so its rules hold.
"""

import os
from collections.abc import Iterator

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform without the compiled extension
    from websockets.utils import apply_mask

WHOLE_TEXT = 0x81
MASKED = 0x80
TWO_BYTES, EIGHT_BYTES = 126, 127
DATA_OPCODES = (0, 1, 2)  # continuation, text, binary


class FrameReader:
    """Splits what a socket delivers into texts and other frames. `masked`: the peer is a client.

    However the peer cuts its frames, each byte is moved a fixed number of times, and no more than one frame of the
    longest size is kept.
    """

    def __init__(self, *, masked: bool, longest: int) -> None:
        self._masked = MASKED if masked else 0
        self.longest = longest
        self._rest = bytearray()  # of a frame that is not whole yet
        self._wanted = 0  # bytes of it before more can be said
        self._in_pieces = False

    def only(self, data: bytes) -> str | None:
        """Hot path: the text, if the data is exactly one text frame of common length from a client."""
        if self._rest or self._in_pieces or len(data) < 8 or data[0] != WHOLE_TEXT or data[1] != MASKED | TWO_BYTES:
            return None
        if len(data) != 8 + (data[2] << 8 | data[3]) or not self._masked:
            return None
        try:
            return apply_mask(data[8:], data[4:8]).decode()
        except UnicodeDecodeError:
            return None

    def read(self, data: bytes) -> Iterator[str | bytes]:
        """What is complete: a text as `str`, any other frame as `bytes`. The rest is kept for the next call.

        One by one, so that a peer who sends too many is stopped at that one; what comes after it is then lost.
        """
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted:
                return
            data, self._rest = bytes(self._rest), bytearray()
        at = 0
        while at < len(data):
            head, end = self._extent(data, at)
            if end > len(data):
                self._rest, self._wanted = bytearray(memoryview(data)[at:]), end - at
                return
            yield self._frame(data, at, head, end)
            at = end

    def _extent(self, data: bytes, at: int) -> tuple[int, int]:
        """Where the body begins, with its mask, and where it ends: as far as is known, which is beyond the data if not.

        One too long to wait for ends with the data.
        """
        if len(data) < at + 2:
            return at, at + 2
        head, size = at + 2, data[at + 1] & 0x7F
        if size >= TWO_BYTES:
            head += 2 if size == TWO_BYTES else 8
            if head > len(data):
                return at, head
            size = int.from_bytes(data[at + 2 : head])
        if size > self.longest:
            return at, len(data)
        return head, head + size + (4 if data[at + 1] & MASKED else 0)

    def _frame(self, data: bytes, at: int, head: int, end: int) -> str | bytes:
        first = data[at]
        usual = first == WHOLE_TEXT and data[at + 1] & MASKED == self._masked and not self._in_pieces
        if usual and head > at:
            body = apply_mask(data[head + 4 : end], data[head : head + 4]) if self._masked else data[head:end]
            try:
                return body.decode()
            except UnicodeDecodeError:
                pass
        if first & 0x0F in DATA_OPCODES:
            self._in_pieces = not first & 0x80
        return data[at:end]


def text_frame(text: str, *, masked: bool) -> bytes:
    """A whole text as one frame. A client's is masked with a key nobody can foresee (RFC 6455 section 10.3)."""
    body = text.encode("utf-8", "replace")
    size = len(body)
    mask_bit = MASKED if masked else 0
    if size < TWO_BYTES:
        head = bytes((WHOLE_TEXT, mask_bit | size))
    elif size < 1 << 16:
        head = bytes((WHOLE_TEXT, mask_bit | TWO_BYTES, size >> 8, size & 0xFF))
    else:
        head = bytes((WHOLE_TEXT, mask_bit | EIGHT_BYTES)) + size.to_bytes(8)
    if not masked:
        return head + body
    key = os.urandom(4)
    return head + key + apply_mask(body, key)
