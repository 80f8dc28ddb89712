"""Call backs owed to a lead: one task for each call, and none for a test line."""

from django.utils.timezone import now

from calls.call_log.callbacks import file_call_back, promise_call_back
from calls.models import Comparison, Disposition
from leads.models import Activity, Lead
from tests.people import make_call


def tasks_of(lead: Lead) -> list[str]:
    return list(Activity.objects.filter(lead=lead, kind=Activity.Kind.TASK).values_list("summary", flat=True))


def test_a_call_back_is_a_task_due_now(lead: Lead) -> None:
    before = now()
    assert file_call_back(make_call(lead), reason="the lead hung up")
    lead.refresh_from_db()
    assert tasks_of(lead) == ["Call back: the lead hung up"]
    assert lead.next_action_at is not None
    assert lead.next_action_at >= before


def test_one_call_owes_one_call_back(lead: Lead) -> None:
    call = make_call(lead)
    assert file_call_back(call, reason="first")
    assert not promise_call_back(call, reason="second")
    assert tasks_of(lead) == ["Call back: first"]


def test_a_promise_sets_the_outcome_where_nobody_has_set_one(lead: Lead) -> None:
    unsettled, settled = make_call(lead), make_call(lead, to_number="+15125550177", outcome=Disposition.APPOINTMENT_SET)
    for call in (unsettled, settled):
        promise_call_back(call, reason="a fault")
        call.refresh_from_db()
    assert (unsettled.outcome, unsettled.outcome_by_ai) == (Disposition.AI_ERROR, True)
    assert (settled.outcome, settled.outcome_by_ai) == (Disposition.APPOINTMENT_SET, False)


def test_a_test_line_is_not_called_back(lead: Lead) -> None:
    assert lead.owner is not None
    comparison = Comparison.objects.create(lead=lead, placed_by=lead.owner, agent_mode="buyer")
    assert file_call_back(make_call(lead, comparison=comparison, to_number="+15125550181"), reason="a test")
    assert tasks_of(lead) == []
