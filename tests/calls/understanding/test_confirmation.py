"""Nothing is saved wrongly or silently: doubtful values are asked for, saved ones are said, and nobody is held up."""

import json
import random
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localdate, now
from pytest_django import Settings

from calls.agent.briefing import chat_history
from calls.call_log.transcript import Utterance, add_turn
from calls.models import Call, CallType, ConversationStep, Engine, ToolUse, Turn
from calls.providers import ToolRequest
from calls.understanding.confirmation import CONFIRM_FIRST, use_heard_tool
from calls.understanding.recognition_results import RecognitionResult
from leads.models import Appointment, BuyerPreferences, SellerProperty, StaffProfile
from leads.scheduling.availability import find_availability, slot_as_json
from sandbox.callers import Mind, Say
from sandbox.config import Config
from sandbox.openai import chat
from sandbox.services import Services
from tests.calls.conversational import engine
from tests.calls.vendors import Fails, Relays, Scripted, Uses, Vendors, says
from tests.people import make_call, make_lead, make_listing
from tests.sandbox.serving import serving
from tests.sandbox.talk import misheard

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own
SURE = 0.93
UNSURE = 0.45
MOST_TURNS = 25
BUDGET = "What price range are you comfortable with?"
READ_BACK = "I have a budget of up to $450,000."
CONFIRM = "Just to be sure, did you say a budget of up to $450,000?"


@pytest.fixture
def house(omar: User) -> User:
    """Two homes, and an agent who is at work every day."""
    week = {"works_from": time(8), "works_until": time(20), "workdays": list(range(7))}
    StaffProfile.objects.filter(user=omar).update(**week)
    make_listing()
    make_listing(list_price=432_000)
    return omar


@pytest.fixture
def call(house: User, vendors: Vendors) -> Call:
    """A conversational call on which the agent has asked for the budget."""
    call = make_call(make_lead(owner=house), type=CallType.CONVERSATIONAL)
    engine.first_twiml(call)
    vendors.script = [says(BUDGET)]
    say(call, "Hello.")
    return call


def say(call: Call, words: str, confidence: float = SURE) -> str:
    """The caller has heard the agent out and says it; what the agent answers, redirects followed."""
    last = ConversationStep.objects.filter(call=call).latest("number")
    ConversationStep.objects.filter(pk=last.pk).update(listens_at=now() - timedelta(minutes=1))
    return cut_in(call, words, confidence)


def cut_in(call: Call, words: str, confidence: float = SURE) -> str:
    """The same at once, into whatever is played."""
    number = ConversationStep.objects.filter(call=call).latest("number").number + 1
    document = engine.take_turn(call, number, RecognitionResult(words, confidence))
    while "<Redirect" in document and "/gather/" in document:
        target = ElementTree.fromstring(document).findtext("Redirect") or ""  # noqa: S314 - our own document
        _, _, first, waited = target.partition("#")[0].split("/")[-4:]
        document = engine.more_twiml(call, number, int(first), int(waited))
    return " ".join(part["text"] for part in ConversationStep.objects.get(call=call, number=number).parts)


def saving(dollars: int = 450_000, *, id: str = "call_1") -> Uses:
    budget = {"value": dollars, "confidence": 0.9, "confirmed": True}
    return Uses("save_lead_preferences", {"price_max": budget}, id=id)


def budget_of(call: Call) -> int | None:
    kept = BuyerPreferences.objects.filter(lead=call.lead_id).first()
    return None if kept is None or kept.price_max is None else int(kept.price_max)


def error_of(use: ToolUse) -> dict[str, Any]:
    assert use.result is not None
    error: dict[str, Any] = use.result["error"]
    return error


def answer(call: Call, vendors: Vendors, words: str, *script: Scripted, confidence: float = SURE) -> str:
    vendors.script = list(script)
    return say(call, words, confidence)


# --- A doubtful value --------------------------------------------------------------------------------


def test_a_doubtful_value_is_not_saved_and_the_model_is_told_what_to_ask(call: Call, vendors: Vendors) -> None:
    said = answer(call, vendors, "four fifty", saving(), Relays("Fine."), confidence=UNSURE)
    assert said == CONFIRM
    assert budget_of(call) is None
    use = ToolUse.objects.get(call=call)
    assert (use.ok, use.finished_at is not None) == (False, True)
    assert error_of(use) == {
        "code": CONFIRM_FIRST,
        "message": CONFIRM,
        "say": CONFIRM,
        "retryable": True,
        "fields": ["price_max"],
    }


def test_the_same_request_passes_after_a_yes_even_under_the_same_id(call: Call, vendors: Vendors) -> None:
    answer(call, vendors, "four fifty", saving(id="call_7"), Relays("Fine."), confidence=UNSURE)
    said = answer(call, vendors, "Yes.", saving(id="call_7"), says("How many bedrooms do you need?"))
    assert budget_of(call) == 450_000
    assert said == "How many bedrooms do you need?"  # the question was the read-back
    assert [use.ok for use in ToolUse.objects.filter(call=call)] == [False, True]


@pytest.mark.parametrize(("words", "confidence"), [("No.", SURE), ("Yes.", UNSURE), ("Who is this?", SURE)])
def test_without_a_clear_yes_it_is_refused_again_and_the_keypad_is_offered(
    call: Call, vendors: Vendors, words: str, confidence: float
) -> None:
    answer(call, vendors, "four fifty", saving(id="call_1"), Relays("Fine."), confidence=UNSURE)
    said = answer(call, vendors, words, saving(id="call_2"), Relays("Fine."), confidence=confidence)
    assert said == f"You can also type it on your keypad, then press pound. {CONFIRM}"
    assert budget_of(call) is None


def test_typed_digits_settle_it(call: Call, vendors: Vendors) -> None:
    answer(call, vendors, "four fifty", saving(450_000), Relays("Fine."), confidence=UNSURE)
    vendors.script = [saving(415_000, id="call_2"), says("Thank you.")]
    engine.take_turn(call, 3, RecognitionResult(digits="415000"))
    assert budget_of(call) == 415_000


def test_a_request_repeated_in_the_same_turn_is_refused_alike_and_leaves_one_row(call: Call, vendors: Vendors) -> None:
    said = answer(call, vendors, "four fifty", saving(), saving(), Relays("Fine."), confidence=UNSURE)
    assert said == CONFIRM
    assert ToolUse.objects.filter(call=call).count() == 1


def test_the_next_turn_shows_the_model_what_was_refused(call: Call, vendors: Vendors) -> None:
    answer(call, vendors, "four fifty", saving(), Relays("Fine."), confidence=UNSURE)
    *_, asked, refused, said = chat_history(call)
    assert asked["tool_calls"][0]["id"] == refused["tool_call_id"]
    assert CONFIRM_FIRST in refused["content"]
    assert said == {"role": "assistant", "content": CONFIRM}


def test_a_value_the_record_holds_already_needs_no_words(call: Call, vendors: Vendors) -> None:
    BuyerPreferences.objects.create(lead=call.lead, price_max=450_000)
    answer(call, vendors, "It is as before", saving(), says("Good."))
    assert ToolUse.objects.get(call=call).ok


def test_unreadable_arguments_and_unknown_tools_are_left_to_the_tools(call: Call, vendors: Vendors) -> None:
    odd = Uses("save_lead_preferences", {"price_max": {"value": [1], "confidence": 1, "confirmed": True}})
    answer(call, vendors, "four fifty", odd, Uses("no_such_tool", {}), says("Sorry."))
    assert {error_of(use)["code"] for use in ToolUse.objects.filter(call=call)} == {
        "INVALID_ARGUMENTS",
        "UNKNOWN_TOOL",
    }


# --- What is saved is said ---------------------------------------------------------------------------


def test_what_the_model_does_not_read_back_is_read_back_before_its_last_sentence(call: Call, vendors: Vendors) -> None:
    said = answer(call, vendors, "four fifty", saving(), says("Thank you for that. How many bedrooms do you need?"))
    assert said == f"Thank you for that. {READ_BACK} How many bedrooms do you need?"
    assert budget_of(call) == 450_000


@pytest.mark.parametrize("words", ["Up to $450,000, understood. Beds?", "Four hundred fifty thousand, fine. Beds?"])
def test_what_the_model_reads_back_itself_is_not_said_twice(call: Call, vendors: Vendors, words: str) -> None:
    assert answer(call, vendors, "four fifty", saving(), says(words)) == words


def test_of_several_places_each_is_read_back(call: Call, vendors: Vendors) -> None:
    make_listing(subdivision_name="Maple Heights")
    places = [{"kind": "neighborhood", "name": name} for name in ("Willow Creek", "Maple Heights")]
    areas = Uses("save_lead_preferences", {"areas": {"value": places, "confidence": 0.9, "confirmed": True}})
    said = answer(call, vendors, "Willow Creek or Maple Heights", areas, says("Good to know, thank you."))
    assert said == "I have Willow Creek and Maple Heights as the areas. Good to know, thank you."


def test_of_a_seller_with_two_homes_what_is_known_of_the_other_is_no_evidence(call: Call, vendors: Vendors) -> None:
    for address, beds in (("12 Orchard Lane", 3), ("9 Sycamore Court", 5)):
        SellerProperty.objects.create(lead=call.lead, address=address, beds=beds)
    details = Uses("save_seller_details", {"address": "12 Orchard Lane", "beds": 5})
    asked = answer(call, vendors, "It is as I told you", details, Relays("Fine."))
    assert asked == "Just to be sure, did you say 5 bedrooms?"


def test_a_model_that_says_nothing_more_leaves_the_read_back(call: Call, vendors: Vendors) -> None:
    assert answer(call, vendors, "four fifty", saving(), says("")) == READ_BACK


def test_a_read_back_comes_before_the_goodbye(call: Call, vendors: Vendors) -> None:
    end = {"disposition": "qualified_nurture", "summary": "Looks for a home.", "next_action": None}
    goodbye = Uses("end_call", end, text="Thank you for your time. Goodbye.")
    said = answer(call, vendors, "four fifty, but I have to go", saving(), goodbye)
    assert said == f"Thank you for your time. {READ_BACK} Goodbye."
    assert ConversationStep.objects.get(call=call, number=2).ends_call


def test_a_read_back_that_was_talked_over_is_said_in_the_next_answer(call: Call, vendors: Vendors) -> None:
    answer(call, vendors, "four fifty", saving(), says("How many bedrooms do you need?"))
    parts = [{"text": text, "digest": "", "seconds": 4.0} for text in (READ_BACK, "How many bedrooms do you need?")]
    steps = ConversationStep.objects.filter(call=call, number=2)
    steps.update(parts=parts, listens_from=0, listens_at=now() - timedelta(seconds=4))
    vendors.script = [says("Of course I can wait. Which area?")]
    assert cut_in(call, "wait a second please") == f"Of course I can wait. {READ_BACK} Which area?"
    assert answer(call, vendors, "Willow Creek", says("Fine.")) == "Fine."


def test_a_read_back_a_failing_model_prevented_is_said_in_the_next_answer(call: Call, vendors: Vendors) -> None:
    answer(call, vendors, "four fifty", saving(), Fails(), Fails())
    assert answer(call, vendors, "Hello?", says("I'm here.")) == f"{READ_BACK} I'm here."


def test_what_the_realtime_engine_saved_is_its_own_business(call: Call, vendors: Vendors) -> None:
    ToolUse.objects.create(
        call=call, tool_call_id="item_1", name="save_lead_preferences", engine=Engine.REALTIME, ok=True,
        arguments=saving().arguments, result={"ok": True, "data": {}},
    )  # fmt: skip
    assert answer(call, vendors, "four fifty", says("Thank you.")) == "Thank you."


# --- Appointments ------------------------------------------------------------------------------------


def offers(call: Call) -> list[dict[str, Any]]:
    tomorrow = localdate() + timedelta(days=1)
    kind = Appointment.Type.BUYER_CONSULT
    offer = find_availability(call.lead, kind, first=tomorrow, last=tomorrow + timedelta(days=6), now=now())
    return [slot_as_json(slot, offer.zone, holder=str(call.pk)) for slot in offer.slots]


def booking(slot: dict[str, Any], *, id: str) -> Uses:
    agreed = {"attendee_name": "Maria Lopez", "confirm_phrase": "Yes, that works for me."}
    return Uses("schedule_appointment", {"slot_id": slot["slot_id"], "type": "buyer_consult", **agreed}, id=id)


def test_a_yes_to_two_times_books_none_and_a_yes_to_one_books_it_once(call: Call, vendors: Vendors) -> None:
    first, *_, last = offers(call)
    answer(call, vendors, "four fifty", says(f"I have {first['spoken']} or {last['spoken']}. Which one works for you?"))
    asked = answer(call, vendors, "Yes.", booking(last, id="call_1"), Relays("Fine."))
    assert asked == f"Just to be sure: {last['spoken']}, does that time work?"
    assert not Appointment.objects.exists()
    said = answer(
        call, vendors, "Yes, that works.", booking(last, id="call_1"), says("Thank you for choosing. Anything else?")
    )
    assert said == f"Thank you for choosing. Your appointment is {last['spoken']}. Anything else?"
    assert Appointment.objects.get().idempotency_key == f"{call.pk}:call_1"


def test_a_time_nobody_offered_is_asked_for(call: Call, vendors: Vendors) -> None:
    slot = offers(call)[0]
    asked = answer(call, vendors, "Any time is fine", booking(slot, id="call_1"), Relays("Fine."))
    assert asked == f"Just to be sure: {slot['spoken']}, does that time work?"


def two_days_at_one_hour(call: Call) -> tuple[dict[str, Any], dict[str, Any], str]:
    """An offered slot, another one at the same hour on another day, and that hour in words."""
    slots = offers(call)
    hour = slots[0]["spoken"].split(" at ")[1]
    return slots[0], next(slot for slot in slots[1:] if slot["spoken"].endswith(f" at {hour}")), hour


def test_an_hour_offered_on_one_day_is_not_booked_on_another(call: Call, vendors: Vendors) -> None:
    offered, other, hour = two_days_at_one_hour(call)
    late = offers(call)[-1]["spoken"]
    answer(call, vendors, "four fifty", says(f"I have {offered['spoken']} or {late}. Which one works for you?"))
    asked = answer(call, vendors, f"{hour} works.", booking(other, id="call_1"), Relays("Fine."))
    assert asked == f"Just to be sure: {other['spoken']}, does that time work?"
    assert not Appointment.objects.exists()


def test_a_day_named_after_the_hour_is_the_day_that_is_booked(call: Call, vendors: Vendors) -> None:
    right, wrong, hour = two_days_at_one_hour(call)
    answer(call, vendors, "four fifty", says("When would you like to meet?"))
    day = right["spoken"].split(",")[0]
    asked = answer(call, vendors, f"At {hour} {day}.", booking(wrong, id="call_1"), Relays("Fine."))
    assert asked == f"Just to be sure: {wrong['spoken']}, does that time work?"
    answer(call, vendors, f"No, at {hour} on {day}.", booking(right, id="call_2"), says("Thank you."))
    assert Appointment.objects.get().idempotency_key == f"{call.pk}:call_2"


def test_a_time_the_caller_has_replaced_is_agreed_to_no_more(call: Call, vendors: Vendors) -> None:
    first, other, hour = two_days_at_one_hour(call)
    answer(call, vendors, "four fifty", says("When would you like to meet?"))
    answer(call, vendors, f"{first['spoken'].split(',')[0]} at {hour}.", says("Let me see. Anything else?"))
    answer(call, vendors, f"Oh, {other['spoken'].split(',')[0]} at {hour} is better.", says("Let me see."))
    asked = answer(call, vendors, "Go ahead.", booking(first, id="call_1"), Relays("Fine."))
    assert asked == f"Just to be sure: {first['spoken']}, does that time work?"


def heard(call: Call, slot: dict[str, Any], phrase: str, *, id: str) -> dict[str, Any]:
    arguments = {
        "slot_id": slot["slot_id"],
        "type": "buyer_consult",
        "attendee_name": "Maria",
        "confirm_phrase": phrase,
    }
    return use_heard_tool(call, ToolRequest(id, "schedule_appointment", json.dumps(arguments))).envelope


def test_an_engine_that_hears_for_itself_books_no_other_day_than_its_words_of_agreement_name(call: Call) -> None:
    offered, other, hour = two_days_at_one_hour(call)
    late = offers(call)[-1]["spoken"]
    said = Utterance(Turn.Speaker.AGENT, Engine.REALTIME, "a1", f"I have {offered['spoken']} or {late}. Which one?")
    add_turn(call.pk, said)
    refused = heard(call, other, f"{hour} works", id="c1")
    assert (refused["error"]["code"], refused["error"]["say"]) == (
        CONFIRM_FIRST,
        f"Just to be sure: {other['spoken']}, does that time work?",
    )
    assert not Appointment.objects.exists()
    assert heard(call, offered, f"{hour} works", id="c2")["ok"]


@pytest.mark.parametrize("arguments", ["{", "{}", '{"slot_id": 7, "confirm_phrase": "yes"}', '{"confirm_phrase": {}}'])
def test_arguments_that_cannot_be_read_are_refused_by_the_tool_itself(call: Call, arguments: str) -> None:
    assert not use_heard_tool(call, ToolRequest("c1", "schedule_appointment", arguments)).envelope["ok"]


# --- Whole conversations with the sandbox's model ----------------------------------------------------


@pytest.fixture
def sandbox_model(vendors: Vendors, settings: Settings) -> Iterator[None]:
    """The sandbox's chat model in place of the scripted one."""
    quick = Services(Config(openai_key="sk-test", llm_first_token_ms=1, llm_tokens_per_second=5000))
    with serving(chat.routes(quick)) as address:
        settings.OPENAI_BASE_URL = f"http://{address}/v1"
        yield


def hold(call: Call, persona: str, *, chance: random.Random | None = None, confidence: float = SURE) -> int:
    """A persona and the sandbox's model talk until the call ends; how often the caller spoke."""
    mind = Mind.load(persona, name="Maria Lopez")
    engine.first_twiml(call)
    words = Turn.objects.get(call=call).text
    for number in range(1, MOST_TURNS):
        acts = [*mind.hear(words), *mind.silence(9)]
        said = [act.text for act in acts if isinstance(act, Say)]
        words = say(call, misheard(said[0], chance), confidence) if said else ""
        if not said or ConversationStep.objects.get(call=call, number=number).ends_call:
            return number
    return MOST_TURNS


def called(house: User, persona: str) -> Call:
    mode = "seller" if persona == "seller" else "buyer"
    return make_call(make_lead(owner=house, intent=mode), type=CallType.CONVERSATIONAL, agent_mode=mode)


@pytest.mark.parametrize("persona", ["buyer", "seller", "sceptic"])
def test_an_ordinary_call_books_without_one_question_more(house: User, sandbox_model: None, persona: str) -> None:
    call = called(house, persona)
    assert hold(call, persona) <= 11
    assert Appointment.objects.filter(call_id=call.pk).count() == 1
    assert not ToolUse.objects.filter(call=call, result__error__code=CONFIRM_FIRST).exists()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("persona", ["buyer", "seller"])
def test_words_lost_and_misheard_hold_nobody_up(house: User, sandbox_model: None, persona: str, seed: int) -> None:
    call = called(house, persona)
    assert hold(call, persona, chance=random.Random(seed)) <= 15
    assert Appointment.objects.filter(call_id=call.pk).count() == 1
    assert budget_of(call) in (None, 450_000)


@pytest.mark.parametrize("confidence", [0.6, 0.45])
@pytest.mark.parametrize("persona", ["buyer", "seller"])
def test_a_recognizer_that_is_never_sure_makes_a_longer_call_that_books_all_the_same(
    house: User, sandbox_model: None, persona: str, confidence: float
) -> None:
    call = called(house, persona)
    assert hold(call, persona, confidence=confidence) <= 20
    assert Appointment.objects.filter(call_id=call.pk).count() == 1
    assert budget_of(call) in (None, 450_000)
