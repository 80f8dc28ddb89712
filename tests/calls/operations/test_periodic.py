"""Periodic work goes on after a failed round and stops when asked."""

import os
import signal
import subprocess
import sys

from django.conf import settings as project


def test_a_running_sweep_stops_when_asked(tmp_path: object) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/sweep.sqlite3", "LOG_JSON": "1"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sweep", "--every", "60", "--skip-checks"],
        cwd=project.BASE_DIR,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first = process.stderr.readline()  # the database is empty, so the first round fails, and it goes on
    assert "round failed, going on" in first
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    process.stderr.close()
