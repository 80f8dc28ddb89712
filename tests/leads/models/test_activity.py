"""Rows of the timeline."""

from datetime import UTC, datetime, timedelta

from leads.models import Activity, Lead

THEN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_the_newest_line_comes_first_and_of_one_moment_the_last_written(lead: Lead) -> None:
    for summary, at in (("first", THEN), ("second", THEN), ("older", THEN - timedelta(days=1))):
        Activity.objects.create(lead=lead, kind="note", summary=summary, occurred_at=at)
    assert [str(line) for line in lead.activities.all()] == ["second", "first", "older"]


def test_lines_go_with_their_lead(lead: Lead) -> None:
    Activity.objects.create(lead=lead, kind="note", summary="Asked about the garden")
    lead.delete()
    assert not Activity.objects.exists()
