"""`manage.py db_worker`: the background worker, which waits for a database that is away instead of ending."""

from time import sleep
from typing import Any

import structlog
from django.db import close_old_connections
from django_tasks_db.management.commands import db_worker

from calls.database.outage import IN_A_PROCESS, answer_within, is_outage
from calls.database.writes import take_in_soon
from calls.operations.beats import beating

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 1.0


class Command(db_worker.Command):
    """The worker of django-tasks, kept running, and giving signs of life."""

    def handle(self, **options: Any) -> None:
        """Work until stopped. A task the outage broke off is asked for again by the sweep where it is still needed."""
        answer_within(IN_A_PROCESS)
        take_in_soon()
        with beating("worker"):
            while True:
                try:
                    super().handle(**options)
                except Exception as error:
                    if not is_outage(error):
                        raise
                    log.warning("waiting for the database", error=type(error).__name__)
                else:
                    return
                close_old_connections()
                sleep(AGAIN_SECONDS)
