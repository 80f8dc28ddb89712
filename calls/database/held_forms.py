"""Forms of webhooks that could not be answered yet: the carrier brings each only once, so it is kept for the next time.

Any process of the machine may get the next request. A form is kept for minutes at most and holds what a caller said, so
only this user may read it.
"""

import contextlib
import hashlib
import json
import os
import time
import uuid
from pathlib import Path

from calls.database import journal

KEPT_SECONDS = 900.0

type Form = dict[str, list[str]]

_not_on_disk: dict[str, Form] = {}  # where the disk takes nothing, this process remembers


def keep(address: str, form: Form) -> None:
    """Keep the form of that address, in place of an earlier one."""
    path = _path(address)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{uuid.uuid4().hex}.part")
        with open(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(form, file)
        unfinished.rename(path)
    except OSError:
        _not_on_disk[path.name] = form
    else:
        _not_on_disk.pop(path.name, None)


def find(address: str) -> Form:
    """The form kept of that address; empty when none is."""
    path = _path(address)
    if (remembered := _not_on_disk.get(path.name)) is not None:
        return remembered
    try:
        kept: Form = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return kept


def drop(address: str) -> None:
    """The webhook of that address has been answered."""
    path = _path(address)
    _not_on_disk.pop(path.name, None)
    with contextlib.suppress(OSError):
        path.unlink()


def drop_old() -> int:
    """Delete the forms nobody came back for; what was said in them is kept elsewhere."""
    dropped = 0
    with contextlib.suppress(FileNotFoundError):
        for path in journal.folder().iterdir():
            if path.suffix in (".form", ".part") and time.time() - _written_at(path) > KEPT_SECONDS:
                path.unlink(missing_ok=True)
                dropped += 1
    return dropped


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _path(address: str) -> Path:
    return journal.folder() / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.form"
