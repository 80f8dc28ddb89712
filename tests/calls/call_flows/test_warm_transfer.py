"""Putting a lead through to a colleague, document by document, and what happens when nobody answers."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import now

from calls.agent.colleagues import request_transfer
from calls.agent.phrases import NOBODY_FREE, PROMISE
from calls.agent.tools.runner import run_tool
from calls.call_flows import warm_transfer
from calls.call_log.engine_spans import begin_engine
from calls.carrier.media_stream import claim_stream
from calls.costs.ledger import book_carrier
from calls.lifecycle.ending import record_end
from calls.models import Call, CallStatus, CallType, ConversationStep, Disposition, Engine, Transfer, Usage
from calls.providers import ProviderError
from leads.models import Activity, StaffProfile
from sandbox.twilio.twiml import parse
from tests.calls.carrier_stub import Carrier, hook
from tests.calls.vendors import Vendors
from tests.people import at_work, gone_home, make_call, make_lead

pytestmark = pytest.mark.django_db(transaction=True)  # clips are rendered on other connections


@pytest.fixture
def call(vendors: Vendors, carrier: Carrier, omar: User) -> Call:
    """A realtime call to Omar's buyer, with its stream claimed; Omar is at work."""
    call = make_call(make_lead(owner=at_work(omar)), stream_claimed_at=now())
    carrier.calls[str(call.twilio_sid)] = {"sid": call.twilio_sid, "status": "in-progress"}
    begin_engine(call.pk, Engine.REALTIME)
    return call


def asked(call: Call, *, back_to: Engine | None = Engine.REALTIME) -> Transfer:
    transfer = request_transfer(call, Transfer.Reason.REQUEST, summary="Wants a person.", at=now(), back_to=back_to)
    assert transfer is not None
    return transfer


def verbs(document: str) -> list[str]:
    """The names of the document's verbs, outermost ones only."""
    assert parse(document).warnings == ()
    return [child.tag for child in ElementTree.fromstring(document)]  # noqa: S314 - our own document


def tasks(call: Call) -> list[str]:
    return list(Activity.objects.filter(lead=call.lead, kind="task").values_list("summary", flat=True))


def spans(call: Call) -> list[tuple[str, str]]:
    return list(call.spans.values_list("engine", "end_reason"))


def ringing(call: Call, **fields: Any) -> Transfer:
    transfer = asked(call, **fields)
    warm_transfer.ring_twiml(call)
    transfer.refresh_from_db()
    return transfer


# --- ringing ------------------------------------------------------------------------------------------------


def test_the_leads_line_dials_the_colleague_and_hears_the_ringing(call: Call) -> None:
    asked(call)
    document = parse(warm_transfer.ring_twiml(call))
    [dial] = document.verbs
    assert dial.get("timeout") == "20"
    assert (dial.get("answerOnBridge"), dial.get("ringTone")) == ("true", "uk")  # no pause of more than two seconds
    assert dial.children[0].text == "+15125550190"
    assert spans(call) == [("realtime", "transfer: request"), ("ringing", "")]


def test_a_colleagues_extension_is_dialed(call: Call, omar: User) -> None:
    StaffProfile.objects.filter(user=omar).update(phone_extension="7")
    asked(call)
    assert 'sendDigits="WW7"' in warm_transfer.ring_twiml(call)


def test_the_line_asked_for_twice_rings_the_same_phone_and_counts_once(call: Call) -> None:
    asked(call)
    assert warm_transfer.ring_twiml(call) == warm_transfer.ring_twiml(call)
    assert call.events.filter(kind="transfer", data__state="ringing").count() == 1


def test_a_stream_that_ends_with_a_transfer_announced_goes_to_the_colleague(call: Call, client: Client) -> None:
    asked(call)
    answer = hook(client, "twilio_continue", call.pk, CallSid=str(call.twilio_sid))
    assert verbs(answer.content.decode()) == ["Dial"]


# --- the colleague ------------------------------------------------------------------------------------------


def test_the_colleague_hears_the_whisper_and_takes_the_call_by_pressing_one(call: Call, client: Client) -> None:
    transfer = ringing(call)
    leg = {"CallSid": "CA" + "e" * 32, "ParentCallSid": str(call.twilio_sid)}
    whisper = hook(client, "twilio_whisper", call.pk, transfer.pk, **leg).content.decode()
    assert verbs(whisper) == ["Gather", "Hangup"]
    assert "Wants a person" in whisper
    taken = hook(client, "twilio_accept", call.pk, transfer.pk, Digits="1", **leg).content.decode()
    assert verbs(taken) == []
    assert spans(call)[-1] == ("human", "")
    call.refresh_from_db()
    assert call.outcome == Disposition.TRANSFERRED


@pytest.mark.parametrize(("reason", "by_ai"), [("request", True), ("take_over", False)])
def test_a_take_over_is_the_staffs_outcome_and_not_the_ais(call: Call, reason: str, by_ai: bool) -> None:
    transfer = ringing(call)
    Transfer.objects.filter(pk=transfer.pk).update(reason=reason)
    transfer.refresh_from_db()
    warm_transfer.accept_twiml(transfer, digits="1")
    call.refresh_from_db()
    assert (call.outcome, call.outcome_by_ai) == (Disposition.TRANSFERRED, by_ai)


@pytest.mark.parametrize("digits", ["", "2"])
def test_without_a_one_the_colleagues_phone_is_hung_up(call: Call, digits: str) -> None:
    transfer = ringing(call)
    assert verbs(warm_transfer.accept_twiml(transfer, digits=digits)) == ["Hangup"]
    assert Transfer.objects.get().status == Transfer.Status.RINGING


def test_a_key_pressed_twice_connects_once(call: Call) -> None:
    transfer = ringing(call)
    assert [verbs(warm_transfer.accept_twiml(transfer, digits="1")) for _ in range(2)] == [[], []]
    assert call.spans.filter(engine=Engine.HUMAN).count() == 1


def test_a_colleague_who_presses_one_too_late_is_not_connected(call: Call) -> None:
    transfer = ringing(call)
    warm_transfer.transfer_over_twiml(transfer, bridged=False)
    assert verbs(warm_transfer.accept_twiml(transfer, digits="1")) == ["Hangup"]


def test_when_the_two_have_talked_the_call_is_over_and_the_colleagues_minutes_are_booked(call: Call) -> None:
    transfer = ringing(call)
    warm_transfer.accept_twiml(transfer, digits="1")
    assert verbs(warm_transfer.transfer_over_twiml(transfer, bridged=True)) == ["Hangup"]
    assert verbs(warm_transfer.transfer_over_twiml(transfer, bridged=True)) == ["Hangup"]
    record_end(call, CallStatus.COMPLETED, reason="carrier: completed", seconds=90)
    book_carrier(call)
    assert Usage.objects.filter(call=call, key=f"transfer:{transfer.pk}").count() == 1
    assert tasks(call) == []


def test_an_attempt_of_another_call_is_none_of_this_ones(call: Call, client: Client, bob: User) -> None:
    other = make_call(make_lead(owner=at_work(bob)))
    foreign = asked(other)
    answer = hook(client, "twilio_accept", call.pk, foreign.pk, CallSid=str(call.twilio_sid), Digits="1")
    assert verbs(answer.content.decode()) == ["Say", "Hangup"]
    assert Transfer.objects.get(pk=foreign.pk).status == Transfer.Status.ASKED


# --- nobody answers -----------------------------------------------------------------------------------------


def test_the_realtime_agent_comes_back_on_a_fresh_token_and_a_task_is_filed(call: Call, client: Client) -> None:
    transfer, old = ringing(call), call.stream_token
    over = {"CallSid": str(call.twilio_sid), "DialCallStatus": "no-answer", "DialBridged": "false"}
    first, again = (hook(client, "twilio_transferred", call.pk, transfer.pk, **over).content for _ in range(2))
    assert first == again
    assert verbs(first.decode()) == ["Connect", "Redirect"]
    call.refresh_from_db()
    assert call.stream_token != old
    assert call.stream_token in first.decode()
    assert claim_stream(str(call.pk), token=old, call_sid=str(call.twilio_sid)) is None
    assert claim_stream(str(call.pk), token=call.stream_token, call_sid=str(call.twilio_sid)) is not None
    assert len(tasks(call)) == 1


def test_the_conversational_agent_comes_back_on_the_same_line(call: Call) -> None:
    transfer = ringing(call, back_to=Engine.CONVERSATION)
    documents = [warm_transfer.transfer_over_twiml(transfer, bridged=False) for _ in range(2)]
    assert documents[0] == documents[1]
    assert verbs(documents[0]) == ["Gather"]
    assert ConversationStep.objects.get(call=call).parts[0]["text"] == NOBODY_FREE
    assert spans(call)[-2:] == [("ringing", "no_answer"), ("conversation", "")]
    assert len(tasks(call)) == 1


def test_when_the_ai_has_failed_too_the_lead_hears_a_promise_which_is_a_task(call: Call) -> None:
    transfer = ringing(call, back_to=None)
    documents = [warm_transfer.transfer_over_twiml(transfer, bridged=False) for _ in range(2)]
    assert documents[0] == documents[1]
    assert verbs(documents[0])[-1] == "Hangup"
    assert ConversationStep.objects.get(call=call).parts[0]["text"] == PROMISE
    assert spans(call)[-2:] == [("ringing", "nobody_answered"), ("promise", "")]
    assert len(tasks(call)) == 1
    call.refresh_from_db()
    assert call.outcome == Disposition.AI_ERROR


@pytest.mark.parametrize("answered", [True, False])
def test_a_leg_that_is_over_because_the_lead_hung_up_wakes_nobody(call: Call, client: Client, answered: bool) -> None:
    transfer = ringing(call)
    if answered:
        warm_transfer.accept_twiml(transfer, digits="1")
    over = {"CallSid": str(call.twilio_sid), "CallStatus": "completed", "DialBridged": "false"}
    answer = hook(client, "twilio_transferred", call.pk, transfer.pk, DialCallStatus="canceled", **over)
    assert verbs(answer.content.decode()) == ["Hangup"]
    assert spans(call)[-1][0] == ("human" if answered else "ringing")
    assert tasks(call) == []  # until the call's own end is told


def test_a_lead_who_hangs_up_while_it_rings_is_a_task(call: Call, client: Client) -> None:
    transfer = ringing(call)
    record_end(call, CallStatus.COMPLETED, reason="carrier: completed", seconds=30)
    transfer.refresh_from_db()
    assert transfer.status == Transfer.Status.ABANDONED
    assert len(tasks(call)) == 1
    whisper = hook(client, "twilio_whisper", call.pk, transfer.pk, ParentCallSid=str(call.twilio_sid))
    assert verbs(whisper.content.decode()) == ["Hangup"]


# --- who asks -----------------------------------------------------------------------------------------------


def use_the_tool(call: Call) -> dict[str, Any]:
    arguments = '{"reason": "request", "summary": "Wants to talk about the fee."}'
    used = run_tool(call.pk, name="transfer_to_human", arguments=arguments, tool_call_id="c1", engine=Engine.REALTIME)
    assert used.hands_over == used.envelope["ok"]
    return used.envelope


def test_the_agent_can_ask_for_a_colleague_and_comes_back_if_nobody_answers(call: Call, omar: User) -> None:
    assert use_the_tool(call)["data"] == {"ringing": "Omar Haddad"}
    transfer = call.transfers.get()
    assert (transfer.back_to, transfer.reason) == (Engine.REALTIME, "request")


def test_the_agent_is_told_when_nobody_is_free_and_offers_times_for_a_call_back(call: Call, omar: User) -> None:
    gone_home(omar)
    error = use_the_tool(call)["error"]
    assert error["code"] == "NO_AGENT"
    assert 1 <= len(error["callback_slots"]) <= 2
    assert len(tasks(call)) == 1


def test_whoever_watches_takes_a_live_call_over_at_any_hour(call: Call, carrier: Carrier, bob: User) -> None:
    gone_home(bob)
    assert warm_transfer.take_over(call, bob) == ""
    assert call.transfers.get().colleague == bob
    [update] = carrier.updates()
    assert update.form["Url"] == f"https://ringside.example/webhooks/twilio/transfer/{call.pk}"
    assert verbs(warm_transfer.ring_twiml(call)) == ["Say", "Dial"]


def test_a_take_over_the_carrier_refuses_leaves_the_call_with_the_ai(call: Call, carrier: Carrier, bob: User) -> None:
    carrier.will_refuse(400, 21220, "Call is not in-progress. Cannot redirect.")
    with pytest.raises(ProviderError):
        warm_transfer.take_over(call, bob)
    assert not Transfer.objects.exists()


def test_a_call_between_people_cannot_be_taken_over(call: Call, bob: User) -> None:
    Call.objects.filter(pk=call.pk).update(type=CallType.REGULAR)
    begin_engine(call.pk, Engine.HUMAN)
    assert "does not hold" in warm_transfer.take_over(call, bob)


def test_taking_over_needs_a_phone_and_a_call_that_is_not_on_its_way(call: Call, bob: User, ana: User) -> None:
    assert "no phone number" in warm_transfer.take_over(call, ana)
    asked(call)
    assert "already" in warm_transfer.take_over(call, bob)
