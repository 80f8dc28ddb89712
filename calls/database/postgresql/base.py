"""Django's PostgreSQL backend, whose connections wait no longer than the thread's patience.

Nothing in libpq ends the wait for a server that took a statement and says nothing more: `statement_timeout` is counted
by that server, `tcp_user_timeout` by bytes it acknowledges. The client has to look at the clock.
"""

from types import ModuleType
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from calls.database.outage import outage, seconds_to_wait

CONNECT_SECONDS = 2  # the least libpq knows


class PatientConnection(psycopg.Connection[Any]):
    """A connection that gives up a statement whose answer does not come."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's, at most for the thread's patience; then the connection is of no more use and closed."""
        limit = seconds_to_wait() if timeout is None else timeout
        try:
            return super().wait(gen, interval=interval, timeout=limit)
        except psycopg.errors._WaitTimeout as error:
            self.pgconn.finish()
            outage.notice()
            raise psycopg.OperationalError(f"the database gave no answer within {limit:g} s") from error


class _Psycopg(ModuleType):
    """The module psycopg, whose `connect` makes such connections."""

    connect = staticmethod(PatientConnection.connect)

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)


class DatabaseWrapper(base.DatabaseWrapper):
    """A thread's connection."""

    Database = _Psycopg("psycopg")

    def get_connection_params(self) -> dict[str, Any]:
        """With a limit to connecting, where the settings name none."""
        return {"connect_timeout": CONNECT_SECONDS, **super().get_connection_params()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection; at once an error while another thread has just waited for one in vain."""
        if outage.is_fresh and seconds_to_wait() is not None:
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            outage.notice()
            raise
        outage.over()
        return connection
