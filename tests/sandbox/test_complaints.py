import httpx

from sandbox import complaints
from sandbox.complaints import Complaints
from tests.sandbox.serving import serving


def test_complaints_are_listed_and_forgotten_over_http():
    book = Complaints(limit=2)
    for field in ("voice", "temperature", "modalities"):
        book.add("openai.realtime", message="session.update", problem=f"Unknown parameter: '{field}'.")
    routes = complaints.routes(book, {"word_errors": 0.1})
    with serving(routes) as address, httpx.Client(base_url=f"http://{address}") as client:
        listed = client.get("/sandbox/complaints").json()
        assert listed["count"] == 3
        assert listed["settings"] == {"word_errors": 0.1}
        assert [complaint["problem"][-8:] for complaint in listed["complaints"]] == ["'voice'.", "rature'."]
        assert client.delete("/sandbox/complaints").status_code == 204
        assert client.get("/sandbox/complaints").json()["complaints"] == []
