"""A turn of a conversational call: heard, answered, stored once, and spoken, with tools on the way."""

import threading

import pytest
from django.utils.timezone import now

from calls.agent import phrases
from calls.agent.briefing import brief
from calls.conversational import documents
from calls.conversational.timing import TIMING
from calls.models import Call, Disposition, Engine, ToolUse, Turn, Usage
from calls.speech.normalization import normalize
from calls.understanding.recognition_results import RecognitionResult
from tests.calls.conversational import engine
from tests.calls.conversational.documents import SURE, rest_of, spoken, tags
from tests.calls.vendors import Uses, Vendors, says

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def test_a_turn_is_heard_answered_and_recorded(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [says("Happy to help. ", "Which area do you like best?")]
    document = engine.take_turn(greeted, 1, RecognitionResult("I am looking for a house", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    assert tags(document)[0] == "Gather"
    _, lead, *_, agent = Turn.objects.filter(call=greeted)  # a slow machine fills the wait with a word of its own
    assert (lead.speaker, lead.text, lead.confidence) == ("lead", "I am looking for a house", SURE)
    assert (agent.speaker, agent.text) == ("agent", "Happy to help. Which area do you like best?")
    assert agent.latency_ms is not None


def test_the_model_is_given_the_briefing_the_opening_and_what_was_said(greeted: Call, vendors: Vendors) -> None:
    engine.take_turn(greeted, 1, RecognitionResult("Hello who is this", SURE))
    asked = vendors.chats[0]
    assert [message["role"] for message in asked["messages"]] == ["system", "assistant", "user"]
    assert asked["messages"][0]["content"] == brief(greeted).instructions
    assert asked["messages"][2]["content"] == "Hello who is this"
    assert {tool["function"]["name"] for tool in asked["tools"]} >= {"search_listings", "end_call"}


def test_the_first_sentence_is_spoken_before_the_last_one_is_written(greeted: Call, vendors: Vendors) -> None:
    written = threading.Event()
    vendors.script = [says("I found two homes for you. ", "The first is on Orchard Lane.", gate=written)]

    document = engine.take_turn(greeted, 1, RecognitionResult("What do you have", SURE))

    assert tags(document) == ["Play", "Redirect"]
    assert spoken(1, greeted) == ["I found two homes for you."]
    written.set()
    rest = rest_of(greeted, document)
    assert tags(rest) == ["Gather", "Play"]
    assert spoken(1, greeted)[1:] == ["The first is on Orchard Lane."]


def test_a_filler_comes_before_three_seconds_of_silence_the_recognizers_pause_included() -> None:
    assert documents.PAUSE_SECONDS + TIMING.first_word < 3


def test_a_model_that_thinks_long_is_covered_by_a_filler(greeted: Call, vendors: Vendors) -> None:
    written = threading.Event()
    vendors.script = [says("Let me see what we have.", gate=written)]

    document = engine.take_turn(greeted, 1, RecognitionResult("What do you have", SURE), timing=engine.BRIEF)
    again = rest_of(greeted, document, timing=engine.BRIEF)

    assert tags(document) == tags(again) == ["Play", "Redirect"]
    assert set(phrases.FILLERS[:2]) <= set(vendors.spoken)
    written.set()
    assert tags(rest_of(greeted, again)) == ["Gather", "Play"]
    assert spoken(1, greeted) == ["Let me see what we have."]


def test_the_rest_asked_for_twice_is_the_same_document(greeted: Call, vendors: Vendors) -> None:
    written = threading.Event()
    vendors.script = [says("I found two homes for you. ", "The first is on Orchard Lane.", gate=written)]
    document = engine.take_turn(greeted, 1, RecognitionResult("What do you have", SURE))
    written.set()
    assert rest_of(greeted, document) == rest_of(greeted, document)


def test_a_wait_asked_for_twice_is_bridged_once_though_the_answer_has_come_meanwhile(
    greeted: Call, vendors: Vendors
) -> None:
    written = threading.Event()
    vendors.script = [says("Let me see what we have.", gate=written)]
    document = engine.take_turn(greeted, 1, RecognitionResult("What do you have", SURE), timing=engine.BRIEF)
    bridged = rest_of(greeted, document, timing=engine.BRIEF)
    written.set()
    answered = rest_of(greeted, bridged)
    assert rest_of(greeted, document) == bridged
    assert rest_of(greeted, bridged) == answered
    assert Turn.objects.filter(call=greeted, text__in=phrases.FILLERS).count() == 2


def test_usage_is_booked_once_for_model_voice_and_recognition(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [says("Of course I can.")]
    engine.take_turn(greeted, 1, RecognitionResult("Can you help me", SURE))
    engine.take_turn(greeted, 1, RecognitionResult("Can you help me", SURE))
    booked = {(row.meter, row.key[:6]): row.quantity for row in Usage.objects.filter(call=greeted)}
    assert booked["openai.chat_in", "chatcm"] == 300
    assert booked["twilio.gather", "gather"] == 1
    assert Usage.objects.filter(call=greeted, meter="twilio.gather").count() == 2  # after the opening, after the turn
    assert Usage.objects.filter(call=greeted, meter="openai.chat_in").count() == 1
    voice = sum(row.quantity for row in Usage.objects.filter(call=greeted, meter="polly.character"))
    assert voice == sum(map(len, map(normalize, [*spoken(0, greeted), *spoken(1, greeted)])))


def test_the_agents_goodbye_is_spoken_before_hanging_up(greeted: Call, vendors: Vendors) -> None:
    arguments = {"disposition": "not_interested", "summary": "Only looking.", "next_action": None}
    vendors.script = [Uses("end_call", arguments, text="Thank you, have a nice day. Goodbye.")]
    document = engine.take_turn(greeted, 1, RecognitionResult("Not now, thanks", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    assert tags(document)[-1] == "Hangup"
    assert spoken(1, greeted) == ["Thank you, have a nice day.", "Goodbye."]
    assert len(vendors.chats) == 1
    assert greeted.events.filter(kind="goodbye").count() == 1
    assert Call.objects.get(pk=greeted.pk).outcome == Disposition.NOT_INTERESTED


def test_an_agent_that_ends_the_call_without_a_word_still_says_goodbye(greeted: Call, vendors: Vendors) -> None:
    arguments = {"disposition": "not_interested", "summary": "Only looking.", "next_action": None}
    vendors.script = [Uses("end_call", arguments)]
    document = engine.take_turn(greeted, 1, RecognitionResult("Not now, thanks", SURE))
    assert tags(document) == ["Play", "Hangup"]
    assert "Goodbye" in spoken(1, greeted)[0]


def test_a_tool_is_used_while_its_announcement_is_spoken(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [
        Uses("search_listings", {"limit": 3}, text="Let me look that up for you.", id="call_1"),
        says("Nothing fits at the moment, I'm afraid."),
    ]
    document = engine.take_turn(greeted, 1, RecognitionResult("What do you have", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    assert spoken(1, greeted) == ["Let me look that up for you.", "Nothing fits at the moment, I'm afraid."]
    use = ToolUse.objects.get(call=greeted)
    assert (use.name, use.tool_call_id, use.engine) == ("search_listings", "call_1", Engine.CONVERSATION)
    asked, told = vendors.chats[1]["messages"][-2:]
    assert asked["tool_calls"][0]["id"] == told["tool_call_id"] == "call_1"
    assert asked["content"] == "Let me look that up for you."


def test_a_caller_who_hung_up_agrees_to_nothing(greeted: Call, vendors: Vendors) -> None:
    Call.objects.filter(pk=greeted.pk).update(status="completed", ended_at=now())
    vendors.script = [Uses("search_listings", {"limit": 3})]
    engine.take_turn(greeted, 1, RecognitionResult("What do you have", SURE))
    assert not ToolUse.objects.filter(call=greeted).exists()
