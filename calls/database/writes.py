"""Writes that are never lost: done now, or, when the database is away, kept until it takes them, and done once.

An opt-out, a line of the transcript, a booking under way, a promise. What waits is a file (`journal.py`); where not
even that can be written, the process remembers it. It is taken in as soon as the database answers: by this process, by
the next webhook, by the gate before it lets a call go, by the sweep, and by the next start of any process.
"""

import importlib
import threading
import time
import uuid
from collections.abc import Callable
from time import sleep
from typing import Any

import structlog
from django.db import close_old_connections, connection, transaction

from calls.database import journal
from calls.database.journal import Entry
from calls.database.outage import is_outage, outage, patience
from calls.models import Call, CallEvent, EventKind

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 0.5
BATCH_SECONDS = 0.4  # after which somebody else may take what they wait for
OWN_SECONDS = 1.0
GLANCE_SECONDS = 0.03
UNKNOWN_SECONDS = 86_400.0  # for a process of another version to come that knows a write this one does not
MOST_REMEMBERED = 20_000  # writes that not even the disk took: some 20 MB

OWN_MODULES = ("calls.", "leads.", "realtime.")

type Function = Callable[..., object]

_writes: dict[str, "Durable"] = {}


class Durable:
    """A write that may come late. Calling it is the plain function; `keep` also copes with an outage."""

    def __init__(self, name: str, function: Function) -> None:
        self.name = name
        self._function = function
        _writes[name] = self

    def __call__(self, call_id: uuid.UUID | str, **data: Any) -> object:
        """Write it; raises what the database raises."""
        return self._function(call_id, **data)

    def keep(self, call_id: uuid.UUID | str, **data: Any) -> bool:
        """Write it, or keep it until it is written; False when it has to wait. `data` is what JSON can hold."""
        if not (outage.is_fresh or must_wait(call_id)):
            try:
                with patience():
                    self._function(call_id, **data)
                return True
            except Exception as error:
                if not is_outage(error):
                    raise
                outage.notice()
                close_old_connections()
        put_aside(Entry(self.name, str(call_id), data, module=self._function.__module__))
        return False


def durable(name: str) -> Callable[[Function], Durable]:
    """Make a function a write that is never lost. It is called again under that name, also by a later version.

    It takes the call's id and keywords that JSON can hold, and must be safe to repeat: an outage may come after the
    row was written and before that was known.
    """
    return lambda function: Durable(name, function)


class _Remembered:
    """Entries that could not be put on disk, and calls of which not all could be remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.entries: list[Entry] = []
        self.lost: set[str] = set()
        self._repeater: threading.Thread | None = None

    def add(self, entry: Entry) -> None:
        with self._lock:
            self.entries.append(entry)
            if len(self.entries) > MOST_REMEMBERED:
                self.lost.add(self.entries.pop(0).call)

    def repeat(self) -> None:
        """Have a thread of this process try until nothing waits."""
        with self._lock:
            if self._repeater is None or not self._repeater.is_alive():
                self._repeater = threading.Thread(target=_until_nothing_waits, name="unwritten", daemon=True)
                self._repeater.start()


remembered = _Remembered()  # by this process


def put_aside(entry: Entry) -> None:
    """Keep what the database does not take now. Never raises."""
    try:
        journal.append(entry)
    except OSError as error:
        log.critical("kept in memory only", write=entry.write, call=entry.call, error=type(error).__name__)
        remembered.add(entry)
    else:
        log.warning("kept until the database is back", write=entry.write, call=entry.call)
    remembered.repeat()


def something_waits() -> bool:
    """Whether some write waits for the database. Cheap, and without a query."""
    return bool(remembered.entries or remembered.lost or journal.waiting())


def waiting_calls() -> set[str]:
    """The ids of the calls of which something is not written yet."""
    told = {entry.call for entry in list(remembered.entries)} | remembered.lost
    return told | {journal.call_of(path) for path in journal.waiting()}


def must_wait(call_id: uuid.UUID | str) -> bool:
    """Whether something of that call still waits, so that what comes later has to wait, too.

    It is not taken in here: a call that has ended would wait for it with its line open.
    """
    return str(call_id) in waiting_calls()


def take_in(*, seconds: float = BATCH_SECONDS) -> int:
    """Write what waits, oldest first, until the database fails or so much time has gone; how much was written.

    Not within a transaction of somebody else: what is taken in must stay when that is rolled back.
    """
    if connection.in_atomic_block or not something_waits():
        return 0
    return _take_batch(until=time.monotonic() + seconds)


def take_in_of(call_id: uuid.UUID | str, *, seconds: float = OWN_SECONDS) -> None:
    """Write what waits of one call, before something is decided about it; give up after so long."""
    until = time.monotonic() + seconds
    call = str(call_id)
    while not connection.in_atomic_block and call in waiting_calls() and not outage.is_fresh:
        _take_batch(until=until, only=call)
        if time.monotonic() > until:
            return
        sleep(GLANCE_SECONDS)  # somebody else may be at it


def _take_batch(*, until: float, only: str = "") -> int:
    with patience(), journal.taking() as mine:
        written = 0
        for path in journal.waiting() if mine else ():
            written += _take_file(path, only)
            if time.monotonic() > until:
                return written
        return written + _take_remembered(only)


def take_in_soon() -> None:
    """Take in what an earlier process left, without making anybody wait."""
    if something_waits():
        remembered.repeat()


def _until_nothing_waits() -> None:
    while something_waits():
        try:
            take_in()
        except Exception as error:  # the thread is what stands between a wish and its loss
            log.exception("not taken in", error=type(error).__name__)
        finally:
            connection.close()
        sleep(AGAIN_SECONDS if outage.is_fresh else GLANCE_SECONDS)


def _take_file(path: Any, only: str) -> bool:
    if outage.is_fresh or only not in ("", journal.call_of(path)):
        return False
    try:
        entry = journal.read(path)
    except ValueError:
        log.exception("a file of last resort is not readable", file=path.name)
        journal.set_aside(path)
        return False
    if entry is None:
        return False
    return _take(entry, done=lambda: journal.remove(path), bad=lambda: journal.set_aside(path))


def _take_remembered(only: str) -> int:
    taken = 0
    for entry in [entry for entry in list(remembered.entries) if only in ("", entry.call)]:
        forget = lambda entry=entry: remembered.entries.remove(entry)  # noqa: E731
        taken += not outage.is_fresh and _take(entry, done=forget, bad=forget)
    for call in list(remembered.lost):
        if not outage.is_fresh and _hold_back(call, "some of it could not be kept"):
            remembered.lost.discard(call)
    return taken


def _take(entry: Entry, *, done: Callable[[], object], bad: Callable[[], object]) -> bool:
    if not _is_known(entry) and time.time() - entry.at < UNKNOWN_SECONDS:
        return False
    try:
        _write_once(entry)
    except Exception as error:
        if is_outage(error):
            outage.notice()
            close_old_connections()
            return False
        log.exception("cannot be written", write=entry.write, call=entry.call, error=type(error).__name__)
        if _hold_back(entry.call, f"{entry.write} could not be written"):
            bad()
        return False
    done()
    return True


def _is_known(entry: Entry) -> bool:
    if entry.write not in _writes and entry.module.startswith(OWN_MODULES):
        try:
            importlib.import_module(entry.module)
        except ImportError:
            log.warning("a write of another version waits", write=entry.write)
    return entry.write in _writes


def _write_once(entry: Entry) -> None:
    """Write it and note that it is written, both or neither: a process may end before its file is gone."""
    with transaction.atomic():
        if entry.call:
            told = {"write": entry.write, "seconds": round(time.time() - entry.at, 1)}
            if not _note(entry.call, EventKind.WRITTEN_LATE, f"unwritten:{entry.id}", told):
                return
        _writes[entry.write](entry.call, **entry.data)


def _hold_back(call_id: str, reason: str) -> bool:
    """Note that the call may hold a wish nobody has read; False when not even that can be written now."""
    try:
        if Call.objects.filter(pk=call_id).exists():
            _note(call_id, EventKind.WISH_UNREAD, "wish_unread", {"reason": reason})
    except Exception as error:
        if is_outage(error):
            return False
        log.exception("not held back", call=call_id, error=type(error).__name__)  # as of an id that is none
    return True


def _note(call_id: str, kind: EventKind, key: str, data: dict[str, Any]) -> bool:
    """An event of the call, once; whether it is new."""
    note = {"kind": kind, "data": data}
    return CallEvent.objects.get_or_create(call_id=call_id, dedupe_key=key, defaults=note)[1]
