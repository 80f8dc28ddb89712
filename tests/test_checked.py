"""A run in which a stack complained has failed, though all its tests passed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

STACK = """
import os
from pathlib import Path
import pytest
from sandbox.complaints import Complaints
from sandbox.conformance import report

@pytest.fixture(scope="session")
def stack():
    yield
    complaints = Complaints()
    complaints.check("polly", message="speech", by="client", problems={problems})
    report.save(report.rows_of(complaints, provoked={provoked}), Path(os.environ["SANDBOX_CONFORMANCE"]))

def test_all_is_well(stack):
    pass
"""


@pytest.mark.parametrize(
    ("problems", "provoked", "workers", "status"),
    [
        (["no such voice"], False, 0, 1),
        (["no such voice"], False, 2, 1),
        (["no such voice"], True, 0, 0),
        ([], False, 0, 0),
    ],
)
def test_a_complaint_nobody_provoked_fails_the_run(
    tmp_path: Path, problems: list[str], provoked: bool, workers: int, status: int
) -> None:
    (tmp_path / "test_stack.py").write_text(STACK.format(problems=problems, provoked=provoked))
    plugins = ["-p", "tests.checked", "-p", "no:django", "-p", "no:cacheprovider", "-n", str(workers)]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SANDBOX_", "PYTEST_"))}

    run = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, str(tmp_path)],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.returncode == status, run.stdout + run.stderr
    assert "1 passed" in run.stdout
    assert ("polly, speech sent by the client: 1, no such voice" in run.stdout) == bool(status)
