"""The description of the JSON API, as JSON and as a page."""

from django.test import Client


def test_the_description_is_generated_and_names_every_answer(client: Client, db: None) -> None:
    schema = client.get("/api/openapi.json").json()
    answers = schema["paths"]["/api/calls/{lead_id}/initiate"]["post"]["responses"]
    assert set(answers) == {"201", "400", "401", "403", "404", "409", "413", "422", "502", "503", "504"}
    assert {"/api/comparisons", "/api/comparisons/{comparison_id}", "/api/calls/{call_id}"} <= set(schema["paths"])
    assert "useRealtimeAI" in schema["components"]["schemas"]["Initiate"]["properties"]


def test_the_documentation_is_a_page_without_foreign_scripts(client: Client, db: None) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/api/calls/{lead_id}/initiate" in text
    assert "//cdn" not in text
    assert "'none'" in page["Content-Security-Policy"]
