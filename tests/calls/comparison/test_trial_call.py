"""A short call through each engine: what was heard, what was answered, and whether the engine held it."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now

from calls.comparison import trial_call
from calls.comparison.trial_call import exchange, trial_of
from calls.lifecycle.placing import Refusal
from calls.models import Call, Comparison, Turn
from leads.consent.suppression import suppress_number
from leads.models import Lead, Suppression
from tests.calls.carrier_stub import Carrier
from tests.people import make_call

LINE = "+15125550181"


def said(*lines: tuple[str, str]) -> list[Turn]:
    return [Turn(speaker=speaker, text=text, filler=text == "One moment, please.") for speaker, text in lines]


@pytest.mark.parametrize(
    ("turns", "heard", "answered"),
    [
        (said(), "", ""),
        (said(("agent", "Hi, this is Riley.")), "", ""),
        (said(("agent", "Hi."), ("lead", "Yes?")), "Yes?", ""),
        (said(("agent", "Hi."), ("lead", "Yes?"), ("agent", "One moment, please.")), "Yes?", ""),
        (said(("agent", "Hi."), ("lead", "Yes?"), ("lead", "Go on."), ("agent", "Where?")), "Yes? Go on.", "Where?"),
    ],
)
def test_an_exchange_is_what_was_said_after_the_opening(turns: list[Turn], heard: str, answered: str) -> None:
    assert exchange(turns) == (heard, answered)


def test_both_engines_call_that_number_one_after_the_other_and_are_ended_after_the_answer(
    lead: Lead, omar: User, lines: Carrier, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_call, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(trial_call, "ANSWER_PLAYS_SECONDS", 0.0)
    started = trial_call.start(lead=lead, number=LINE, placed_by=omar)
    assert isinstance(started, Comparison)
    first, second = started.calls.order_by("queued_at", "pk")
    assert [first.type, second.type] == ["conversational", "realtime"]
    assert {str(call.to_number) for call in (first, second)} == {LINE}
    for call, engine in ((first, "conversation"), (second, "realtime")):
        for number, (speaker, text) in enumerate((("agent", "Hi."), ("lead", "Yes?"), ("agent", "Where?"))):
            Turn.objects.create(
                call=call,
                speaker=speaker,
                engine=engine,
                text=text,
                item_id=str(number),
                position=number,
                latency_ms=900,
            )
        Call.objects.filter(pk=call.pk).update(status="completed", answered_at=now(), ended_at=now())
    trials = trial_call.hold(started, seconds=1)
    assert [(trial.type, trial.heard, trial.answered, trial.held) for trial in trials] == [
        ("conversational", "Yes?", "Where?", True),
        ("realtime", "Yes?", "Where?", True),
    ]
    assert trials[0].late_ms == 900


def test_a_number_that_asked_not_to_be_called_is_not_called(lead: Lead, omar: User, carrier: Carrier) -> None:
    suppress_number(str(lead.phone), reason=Suppression.Reason.VERBAL_REQUEST)
    refused = trial_call.start(lead=lead, number=str(lead.phone), placed_by=omar)
    assert isinstance(refused, Refusal)
    assert carrier.created() == []


def test_a_call_that_another_engine_ended_was_not_held(lead: Lead) -> None:
    call = make_call(lead, status="failed", ended_at=now(), error_code="13224", error_message="Invalid number")
    trial = trial_of(call)
    assert (trial.held, trial.error) == (False, "13224 Invalid number")
    fine = replace(trial, heard="Yes?", answered="Where?")
    assert fine.held
    assert not replace(fine, fell_back="model → conversation: lost").held
