"""The timeline."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User

from leads.models import Activity, Lead
from leads.timeline.activities import move_stage, record_activity

THEN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_the_newest_line_is_the_leads_last_activity(lead: Lead) -> None:
    record_activity(lead.pk, Activity.Kind.NOTE, "later", at=THEN)
    record_activity(lead.pk, Activity.Kind.NOTE, "found out afterwards", at=THEN - timedelta(days=1))
    lead.refresh_from_db()
    assert lead.last_activity_at == THEN
    assert [line.summary for line in lead.activities.all()] == ["later", "found out afterwards"]


def test_a_long_summary_is_cut(lead: Lead) -> None:
    line = record_activity(lead.pk, Activity.Kind.NOTE, "word " * 100)
    assert len(line.summary) <= 240
    assert line.summary.endswith("…")


def test_a_summary_stays_on_its_line(lead: Lead) -> None:
    line = record_activity(lead.pk, Activity.Kind.NOTE, "Looking:\nin \u202eX\0Y")
    assert line.summary == "Looking: in XY"


def test_a_stage_moves_only_from_where_it_is_expected(lead: Lead, omar: User) -> None:
    new, contacted = Lead.Stage.NEW, Lead.Stage.CONTACTED
    assert move_stage(lead.pk, contacted, only_from=(new,), actor=omar)
    assert not move_stage(lead.pk, contacted, only_from=(new,), actor=omar)
    assert Activity.objects.filter(lead=lead, kind=Activity.Kind.STAGE).count() == 1
