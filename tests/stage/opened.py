"""A house for one run: its folder, its database, and this process's own view of the same rows."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

from tests.journeys.conftest import own_database
from tests.stage.house import House


@contextlib.contextmanager
def prepared_house(keep: Path | None = None) -> Iterator[House]:
    """Migrated, not started; Django is set up on its database. On a server of DATABASE_URL's it is one of its own."""
    with contextlib.ExitStack() as open_things:
        folder = keep or Path(open_things.enter_context(tempfile.TemporaryDirectory(prefix="stage")))
        database = open_things.enter_context(own_database())
        redis = os.environ.get("REDIS_URL", "")
        house = House(folder, overrides=database | ({"REDIS_URL": redis} if database and redis else {}))
        os.environ |= house.environment() | {"DJANGO_SETTINGS_MODULE": "realestate.settings", "LOG_LEVEL": "ERROR"}
        house.prepare()
        django.setup()
        yield house
