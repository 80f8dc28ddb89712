"""`python -m tests.calls.misheard`: the table of mis-hearings and what the engine does with each.

Exits with 1 when one is not handled as it must be or leaves a wrong value nobody was told of.
"""

import contextlib
import os
import sys
import tempfile
from pathlib import Path

import django


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="misheard") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "realestate.settings",
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'misheard.sqlite3'}",
            "VAR_DIR": folder,
            "REDIS_URL": "",
            "LOG_LEVEL": "CRITICAL",
        }
        django.setup()
        return _report()


def _report() -> int:
    from django.core.management import call_command  # what these import reads the settings

    from tests.calls.misheard.trial import Place, rows, run, table
    from tests.people import make_staff

    call_command("migrate", verbosity=0)
    place = Place.of(make_staff("omar", first_name="Omar", last_name="Haddad"))
    with _vendors() as vendors:
        done = [(row, run(row, place, vendors)) for row in rows()]
    sys.stdout.write("\n".join(table(done)) + "\n")
    return int(any(row.must != outcome.did or outcome.wrong_silently for row, outcome in done))


@contextlib.contextmanager
def _vendors():  # type: ignore[no-untyped-def]
    from django.test import override_settings

    from tests.calls.vendors import running_vendors

    with running_vendors() as vendors:
        keys = {"OPENAI_API_KEY": "sk-test", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        addresses = {"OPENAI_BASE_URL": f"{vendors.url}/v1", "AWS_ENDPOINT_URL_POLLY": f"{vendors.url}/polly/0"}
        with override_settings(**keys, **addresses, TEST_LINES={}):
            yield vendors


if __name__ == "__main__":
    sys.exit(main())
