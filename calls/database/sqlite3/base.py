"""Django's SQLite backend, which waits for the lock no longer than the thread's patience.

SQLite's own limit is fixed when a connection is made, and one that suits a worker is silence on the line of a caller.
"""

from typing import Any

from django.db.backends.sqlite3 import base

from calls.database.outage import seconds_to_wait


class DatabaseWrapper(base.DatabaseWrapper):
    """A thread's connection."""

    _waits: float | None = None  # as its own setting says

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection, with the limit of its settings."""
        self._waits = None
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that waits as long as this thread does now."""
        wanted = seconds_to_wait()
        if wanted != self._waits:
            allowed = self.settings_dict["OPTIONS"].get("timeout", 5.0)
            seconds = allowed if wanted is None else min(wanted, allowed)
            self.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
            self._waits = wanted
        return super().create_cursor(name)
