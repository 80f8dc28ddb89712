from pathlib import Path

import httpx

from sandbox.complaints import Complaints
from sandbox.config import Config
from sandbox.conformance import report
from sandbox.services import Services
from tests.sandbox.serving import serving


def spoken_to() -> Complaints:
    complaints = Complaints()
    complaints.check("openai.realtime", message="session.update", by="client")
    complaints.check("openai.realtime", message="session.update", by="client", problems=["Unknown parameter: 'voice'."])
    complaints.check("openai.realtime", message="session.updated", by="sandbox")
    return complaints


def test_counts_and_settings_are_had_over_http() -> None:
    services = Services(Config(word_errors=0.1), complaints=spoken_to())
    with serving(report.routes(services)) as address:
        told = httpx.get(f"http://{address}/sandbox/conformance", trust_env=False).json()

    assert (told["checked"], told["complaints"]) == (3, 1)
    assert told["settings"]["word_errors"] == 0.1
    assert {"source": "openai.realtime", "by": "sandbox", "message": "session.updated", "checked": 1}.items() <= told[
        "messages"
    ][1].items()


def test_the_counts_of_several_sandboxes_add_up(tmp_path: Path) -> None:
    report.save(report.rows_of(spoken_to()), tmp_path)
    report.save(report.rows_of(spoken_to(), provoked=True), tmp_path)
    report.save([], tmp_path)

    client, sandbox = report.added_up(tmp_path)

    assert (client.checked, client.complaints, client.expected) == (4, 2, 1)
    assert (sandbox.checked, sandbox.complaints) == (2, 0)
    last = report.table([client, sandbox])[-1].split()
    assert last == ["all", "6", "1", "1"]
    assert report.unexpected([client, sandbox]) == [
        "openai.realtime, session.update sent by the client: 1, Unknown parameter: 'voice'."
    ]


def test_a_fault_of_the_sandbox_is_never_on_purpose() -> None:
    complaints = Complaints()
    complaints.check("twilio.rest", message="call", by="sandbox", problems=["sid: breaks pattern"])

    (row,) = report.rows_of(complaints, provoked=True)

    assert (row.complaints, row.expected) == (1, 0)


def test_invented_types_without_end_are_counted_as_others() -> None:
    complaints = Complaints()
    for number in range(1000):
        complaints.add("twilio.stream", message=f"invented {number}", problem="unknown event")

    rows = report.rows_of(complaints)

    assert len(rows) < 250
    assert sum(row.complaints for row in rows) == 1000


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    report.save(report.rows_of(spoken_to()), tmp_path / "not" / "there")

    assert report.added_up(tmp_path / "not" / "there")
