"""Keep what this process writes from the machine's other users: the database, recordings and logs name people."""

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private(existing: Iterable[Path]) -> None:
    """Give new files to the owner alone, and take from others what they may do with those that are there already."""
    os.umask(os.umask(OTHERS) | OTHERS)
    for path in existing:
        with suppress(OSError):  # not there yet, or not ours
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & OTHERS and not path.is_symlink():
                path.chmod(mode & ~OTHERS)


def database_files(database: Mapping[str, Any]) -> list[Path]:
    """Return the files a database is made of: none, unless it is an embedded one."""
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    path = Path(database["NAME"])
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]
