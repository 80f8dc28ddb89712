"""Files of last resort: one for each write that the database did not take, on disk before anybody goes on.

They hold what callers said, so only this user may read them, and each is deleted with its write. The processes of a
machine share the folder; one at a time takes from it.
"""

import contextlib
import fcntl
import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings

FOLDER = "unwritten"
BAD = ".bad"  # what cannot be written although the database is there, kept for a person to look at


@dataclass(frozen=True, slots=True)
class Entry:
    """One write: its name, the call it is about if there is one, and what is to be written.

    `module` is where the write is defined: not every process has loaded it.
    """

    write: str
    call: str
    data: dict[str, Any]
    module: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    at: float = field(default_factory=time.time)

    @property
    def file_name(self) -> str:
        """A name that sorts by time, and says which call it is about."""
        return f"{round(self.at * 1e6):018d},{quote(self.call, safe='')},{self.id}.json"


def folder() -> Path:
    """Where the files are."""
    return Path(settings.VAR_DIR) / FOLDER


def append(entry: Entry) -> None:
    """Have the entry on disk, to survive this process and the machine. Raises OSError, as on a full disk."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = place / f"{entry.id}.part"
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(asdict(entry), file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(place / entry.file_name)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
    _sync(place)


def waiting() -> list[Path]:
    """The files, oldest first."""
    try:
        return sorted(path for path in folder().iterdir() if path.suffix == ".json")
    except OSError:  # there is no folder, so nothing was ever put there
        return []


def call_of(path: Path) -> str:
    """The call a file is about, from its name alone."""
    _, _, rest = path.name.partition(",")
    return unquote(rest.partition(",")[0])


def read(path: Path) -> Entry | None:
    """The entry of that file; None when somebody else has taken it in. Raises ValueError for what is none of ours."""
    try:
        return Entry(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except TypeError as error:
        raise ValueError(path.name) from error


def remove(path: Path) -> None:
    """The entry is written."""
    path.unlink(missing_ok=True)


def set_aside(path: Path) -> None:
    """Keep a file that cannot be taken in, out of the way of the others."""
    with contextlib.suppress(FileNotFoundError):
        path.rename(path.with_suffix(BAD))


@contextlib.contextmanager
def taking() -> Iterator[bool]:
    """Be the only one on this machine who takes from the folder; False when somebody else does."""
    try:
        lock = (folder() / "lock").open("w")
    except OSError:  # there is no folder, so nothing was ever put there
        yield False
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _sync(place: Path) -> None:
    """A file's name is on disk once its folder is."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
