"""Serve a stored file in byte ranges, so that a player can seek (RFC 9110 section 14)."""

import mimetypes
import re
import sys
from pathlib import Path

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse

LARGEST_PART = 1 << 20  # a shorter part than asked for is allowed; players ask for the next one
RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)\Z")
MOST_DIGITS = 18  # of an offset in a file; more of them are beyond any


class UnsatisfiableRange(ValueError):
    """The range asks for bytes the file does not have."""


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte asked for, inclusive; None for the whole file, as for several ranges.

    Raises Unsatisfiable when the file has no such bytes.
    """
    match = RANGE.match(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = (_offset(digits) for digits in match.groups())
    if first is None:
        if size == 0 or not last:
            raise UnsatisfiableRange
        return max(0, size - last), size - 1
    if first >= size:
        raise UnsatisfiableRange
    if last is not None and last < first:
        return None
    return first, size - 1 if last is None else min(last, size - 1)


def _offset(digits: str) -> int | None:
    """The number, of however many digits; None for none. Python itself refuses to read one of thousands."""
    digits = digits.lstrip("0") or digits[:1]
    return int(digits) if digits and len(digits) <= MOST_DIGITS else sys.maxsize if digits else None


def ranged_response(file: FieldFile, *, range_header: str) -> HttpResponse:
    """Answer with 200 and the whole file, 206 and at most one mebibyte, or 416. Raises Http404 if the file is gone."""
    try:
        size = file.size
    except FileNotFoundError as error:
        raise Http404 from error
    try:
        wanted = byte_range(range_header, size)
    except UnsatisfiableRange:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = wanted or (0, size - 1)
    if wanted:
        end = min(end, start + LARGEST_PART - 1)
    with file.open("rb") as stored:
        stored.seek(start)
        body = stored.read(end - start + 1)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store, private",
        "Content-Disposition": f'inline; filename="{Path(file.name or "recording").name}"',
        "X-Content-Type-Options": "nosniff",
    }
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return HttpResponse(body, status=206 if wanted else 200, content_type=_content_type(file), headers=headers)


def _content_type(file: FieldFile) -> str:
    guessed, _ = mimetypes.guess_type(file.name or "")
    return {"audio/x-wav": "audio/wav"}.get(guessed or "", guessed or "application/octet-stream")
