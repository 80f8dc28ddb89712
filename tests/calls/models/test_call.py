"""Calls, comparisons and engine spans: what must always be true of them, and who may see them."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.utils.timezone import now

from calls.models import ENDED_STATUSES, LIVE_STATUSES, Call, CallStatus, Comparison, Engine, EngineSpan
from leads.models import Lead
from tests.people import make_call, make_lead


def test_every_status_is_waiting_live_or_ended() -> None:
    assert {*LIVE_STATUSES, *ENDED_STATUSES, CallStatus.QUEUED} == set(CallStatus)
    assert not set(LIVE_STATUSES) & set(ENDED_STATUSES)


@pytest.mark.parametrize("status", LIVE_STATUSES)
def test_two_calls_to_one_number_cannot_both_be_live(lead: Lead, status: str) -> None:
    make_call(lead, status=status)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_call(lead)
    assert make_call(lead, status="completed", ended_at=now()).is_ended


def test_an_ended_call_has_an_end(lead: Lead) -> None:
    with pytest.raises(IntegrityError):
        make_call(lead, status="completed")


def test_a_number_that_is_not_e164_is_in_no_row(lead: Lead) -> None:
    with pytest.raises(IntegrityError):
        Call.objects.filter(pk=make_call(lead).pk).update(to_number=Value("512 555 0199"))


def test_calls_and_comparisons_are_seen_by_who_may_see_their_lead(
    lead: Lead, omar: User, bob: User, mona: User
) -> None:
    call = make_call(lead)
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    for user, sees in ((omar, True), (mona, True), (bob, False)):
        assert Call.objects.visible_to(user).filter(pk=call.pk).exists() is sees
        assert Comparison.objects.visible_to(user).filter(pk=comparison.pk).exists() is sees


def test_only_a_comparison_s_call_to_another_number_is_a_test_call(lead: Lead, omar: User) -> None:
    comparison = Comparison.objects.create(lead=lead, placed_by=omar, agent_mode="buyer")
    assert not make_call(lead).goes_to_test_line
    assert make_call(lead, comparison=comparison, to_number="+15125550181").goes_to_test_line
    own = make_lead()
    assert not make_call(own, comparison=comparison).goes_to_test_line


def test_each_call_has_a_stream_token_of_its_own(lead: Lead) -> None:
    tokens = {make_call(make_lead()).stream_token for _ in range(3)}
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 32


def test_one_engine_at_a_time_holds_the_line(lead: Lead) -> None:
    call = make_call(lead)
    EngineSpan.objects.create(call=call, engine=Engine.REALTIME)
    with pytest.raises(IntegrityError):
        EngineSpan.objects.create(call=call, engine=Engine.CONVERSATION)


def test_a_call_is_live_from_dialing_to_its_end(db: None) -> None:
    for status in (*LIVE_STATUSES, CallStatus.QUEUED):
        make_call(make_lead(), status=status)
    make_call(make_lead(), status="completed", ended_at=now())
    assert {call.status for call in Call.objects.live()} == set(LIVE_STATUSES)
