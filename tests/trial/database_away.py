"""The database goes away."""

from tests.trial.items import Item

WRITES, LINE, BACK = (
    "tests/calls/database/test_writes.py",
    "tests/calls/carrier/test_held_line.py",
    "tests/calls/compliance",
)

ITEMS: tuple[Item, ...] = (
    Item(
        "B1",
        tried="PostgreSQL stops 9 s into an AI call for 16 s, and meanwhile the lead says that calls shall stop",
        root="every write went straight to the database, and one that failed was logged and dropped",
        kind="opt-outs in both engines, by key, to machines and on calls that come in; transcript lines, usage and "
        "notes of the bridge; tools (bookings, preferences, endings), promises; a full disk beside it; files another "
        "version or a process that never held a call has to write; a dead process whose last words are lost",
        tests=(
            WRITES,
            "tests/calls/database/test_journal.py",
            f"{LINE}::test_a_wish_not_to_be_called_needs_no_database",
            f"{LINE}::test_a_wish_spoken_into_the_wait_is_heard",
            "tests/calls/compliance/test_hold_back.py",
            "tests/calls/agent/tools/test_runner.py",
            "tests/realtime/session/test_recorder.py",
            "tests/realtime/session/test_handoff.py",
            "tests/calls/call_flows/test_inbound.py",
            "tests/database_away/test_database_away.py",
        ),
    ),
    Item(
        "B2",
        tried="a restart of 8 s during a conversational call",
        root="a webhook whose only failure was the database said goodbye, and the promised call back needed it too",
        kind="every webhook that answers with a document, of regular calls and transfers too; an answer that was being "
        "made; a database that takes connections and never answers; SQLite's lock; pages and the API, which broke off",
        tests=(
            LINE,
            "tests/calls/database/test_held_forms.py",
            "tests/calls/database/test_outage.py",
            "tests/calls/database/postgresql",
            "tests/calls/database/sqlite3",
            "tests/calls/carrier/test_webhook_views.py",
            "tests/calls/api/test_errors.py",
        ),
    ),
    Item(
        "B3",
        tried="the database restarts for a second: the worker is gone, recordings stay announced, health says ok",
        root="the worker let a database error end it, and health asked nobody but the web process itself",
        kind="a worker that starts before its database; a dialer that hangs; a queue nobody works off; a disk that is "
        "full or takes no file; unknown instead of wrong while the database is away",
        tests=(
            "tests/calls/management/commands/test_db_worker.py",
            "tests/calls/operations/test_health.py",
            "tests/calls/operations/test_beats.py",
            "tests/calls/carrier/test_webhook_views.py::test_without_a_database_a_callback_is_asked_for_again",
        ),
    ),
    Item(
        "B4",
        tried="sixty requests at once on SQLite leave 260 files open; under `ulimit -n 256` forty give 500s",
        root="each request has a thread of its own, whose connection was kept open for a next one that never came",
        kind="requests that break; more requests than there are descriptors for wait for their turn",
        tests=("tests/realestate/test_own_threads.py",),
    ),
)
