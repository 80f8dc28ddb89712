"""Every sandbox a test runs in its own process is watched: what it checked is counted, what did not conform fails.

A test that sends wrong messages on purpose says so: ``@pytest.mark.provokes``.
"""

import os
from pathlib import Path

from sandbox.complaints import Complaint
from sandbox.conformance import report
from sandbox.services import Services

_watched: list[Services] = []


def watched(services: Services) -> Services:
    """The same, under watch until the end of the test."""
    _watched.append(services)
    return services


def conclude(*, provoked: bool) -> list[Complaint]:
    """Count what this test's sandboxes checked; the complaints nobody provoked."""
    found = [complaint for services in _watched for complaint in services.complaints.all()]
    for services in _watched:
        rows = report.rows_of(services.complaints, provoked=provoked)
        report.save(rows, Path(os.environ["SANDBOX_CONFORMANCE"]))
    _watched.clear()
    return [complaint for complaint in found if complaint.by == "sandbox" or not provoked]
