"""The conversational call, webhook by webhook: model and voice stand in over the wire, the rest is real."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.timezone import now

from calls import gather, gather_twiml
from calls.agent.briefing import brief
from calls.answering import APOLOGY, PROMISE, SOMEBODY_ELSE
from calls.hearing import Heard
from calls.models import Call, CallType, ChainStep, Disposition, Engine, SpeechClip, ToolUse, Turn, Usage
from leads.models import Activity, Suppression
from sandbox.twilio.twiml import parse
from tests.calls.carrier import hook
from tests.calls.vendors import BreaksOff, Fails, Uses, Vendors, says
from tests.people import at_work, gone_home, make_call, make_lead

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own
SURE = 0.93


@pytest.fixture
def call(vendors: Vendors, omar: Any) -> Call:
    """A conversational call that has just been answered."""
    return make_call(make_lead(owner=omar), type=CallType.CONVERSATIONAL)


@pytest.fixture
def greeted(call: Call) -> Call:
    """The same, after the opening."""
    gather.first_twiml(call)
    return call


def verbs(document: str) -> list[tuple[str, str]]:
    """The document's verbs in the order they are spoken, a clip as its words."""
    assert parse(document).warnings == ()
    root = ElementTree.fromstring(document)  # noqa: S314 - our own document
    return list(_verbs(root))


def _verbs(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for child in element:
        yield child.tag, _words(child.text or "")
        yield from _verbs(child)


def _words(text: str) -> str:
    digest = text.rpartition("/")[2].removesuffix(".wav")
    return text if not SpeechClip.objects.filter(digest=digest).exists() else f"clip:{digest[:6]}"


def spoken(step_number: int, call: Call) -> list[str]:
    return [part["text"] for part in ChainStep.objects.get(call=call, number=step_number).parts]


def tags(document: str) -> list[str]:
    return [tag for tag, _ in verbs(document)]


def rest_of(call: Call, document: str) -> str:
    """What the redirect of that document is answered."""
    target = ElementTree.fromstring(document).findtext("Redirect") or ""  # noqa: S314 - our own document
    number, _, first, waited = target.partition("#")[0].split("/")[-4:]
    return gather.more_twiml(call, int(number), int(first), int(waited))


# --- The opening -----------------------------------------------------------------------------------


def test_the_call_opens_with_the_disclosure_which_nobody_talks_over(call: Call) -> None:
    document = gather.first_twiml(call)
    assert set(tags(document)) == {"Gather", "Play"}
    attributes = ElementTree.fromstring(document)[0].attrib  # noqa: S314 - our own document
    assert attributes["bargeIn"] == "false"
    assert "dtmf" in attributes["input"]
    assert f"/webhooks/twilio/gather/{call.pk}/1" in attributes["action"]
    assert " ".join(spoken(0, call)) == brief(call).greeting


def test_the_opening_is_in_the_transcript_as_the_agents_words(greeted: Call) -> None:
    turn = Turn.objects.get(call=greeted)
    assert (turn.speaker, turn.engine, turn.text) == ("agent", Engine.CONVERSATION, brief(greeted).greeting)
    assert greeted.spans.get().engine == Engine.CONVERSATION


def test_an_answer_webhook_that_comes_twice_opens_once(call: Call, vendors: Vendors) -> None:
    first = gather.first_twiml(call)
    rendered = len(vendors.spoken)
    assert gather.first_twiml(call) == first
    assert len(vendors.spoken) == rendered
    assert Turn.objects.filter(call=call).count() == 1


def test_a_prepared_greeting_costs_nothing_when_the_call_is_answered(call: Call, vendors: Vendors) -> None:
    gather.prepare(call)
    prepared = len(vendors.spoken)
    gather.first_twiml(call)
    assert len(vendors.spoken) == prepared
    paid = sum(row.quantity for row in Usage.objects.filter(call=call, meter="polly.character"))
    assert paid == sum(map(len, spoken(0, call)))  # the phrases of all calls are not this one's to pay


def test_the_sentences_every_opening_shares_are_rendered_once_for_all_calls(call: Call, vendors: Vendors) -> None:
    gather.first_twiml(call)
    gather.first_twiml(make_call(make_lead(first_name="Ivan"), type=CallType.CONVERSATIONAL))
    assert vendors.spoken.count("This call is recorded.") == 1


# --- A turn ----------------------------------------------------------------------------------------


def test_a_turn_is_heard_answered_and_recorded(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [says("Happy to help. ", "Which area do you like best?")]
    document = gather.take_turn(greeted, 1, Heard("I am looking for a house", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    assert tags(document)[0] == "Gather"
    _, lead, *_, agent = Turn.objects.filter(call=greeted)  # a slow machine fills the wait with a word of its own
    assert (lead.speaker, lead.text, lead.confidence) == ("lead", "I am looking for a house", SURE)
    assert (agent.speaker, agent.text) == ("agent", "Happy to help. Which area do you like best?")
    assert agent.latency_ms is not None


def test_the_model_is_given_the_briefing_the_opening_and_what_was_said(greeted: Call, vendors: Vendors) -> None:
    gather.take_turn(greeted, 1, Heard("Hello who is this", SURE))
    asked = vendors.chats[0]
    assert [message["role"] for message in asked["messages"]] == ["system", "assistant", "user"]
    assert asked["messages"][0]["content"] == brief(greeted).instructions
    assert asked["messages"][2]["content"] == "Hello who is this"
    assert {tool["function"]["name"] for tool in asked["tools"]} >= {"search_listings", "end_call"}


def test_the_first_sentence_is_spoken_before_the_last_one_is_written(greeted: Call, vendors: Vendors) -> None:
    written = threading.Event()
    vendors.script = [says("I found two homes for you. ", "The first is on Orchard Lane.", gate=written)]

    document = gather.take_turn(greeted, 1, Heard("What do you have", SURE))

    assert tags(document) == ["Play", "Redirect"]
    assert spoken(1, greeted) == ["I found two homes for you."]
    written.set()
    rest = rest_of(greeted, document)
    assert tags(rest) == ["Gather", "Play"]
    assert spoken(1, greeted)[1:] == ["The first is on Orchard Lane."]


def test_a_filler_comes_before_three_seconds_of_silence_the_recognisers_pause_included() -> None:
    assert gather_twiml.PAUSE_SECONDS + gather.FIRST_WORD_SECONDS < 3


def test_a_model_that_thinks_long_is_covered_by_a_filler(
    greeted: Call, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "FIRST_WORD_SECONDS", 0.1)
    written = threading.Event()
    vendors.script = [says("Let me see what we have.", gate=written)]

    document = gather.take_turn(greeted, 1, Heard("What do you have", SURE))
    again = rest_of(greeted, document)

    assert tags(document) == tags(again) == ["Play", "Redirect"]
    assert set(vendors.spoken[-2:]) == set(gather.FILLERS[:2])
    written.set()
    monkeypatch.setattr(gather, "FIRST_WORD_SECONDS", 5)
    assert tags(rest_of(greeted, again)) == ["Gather", "Play"]
    assert spoken(1, greeted) == ["Let me see what we have."]


def test_the_rest_asked_for_twice_is_the_same_document(greeted: Call, vendors: Vendors) -> None:
    written = threading.Event()
    vendors.script = [says("I found two homes for you. ", "The first is on Orchard Lane.", gate=written)]
    document = gather.take_turn(greeted, 1, Heard("What do you have", SURE))
    written.set()
    assert rest_of(greeted, document) == rest_of(greeted, document)


def test_usage_is_booked_once_for_model_voice_and_recognition(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [says("Of course I can.")]
    gather.take_turn(greeted, 1, Heard("Can you help me", SURE))
    gather.take_turn(greeted, 1, Heard("Can you help me", SURE))
    booked = {(row.meter, row.key[:6]): row.quantity for row in Usage.objects.filter(call=greeted)}
    assert booked["openai.chat_in", "chatcm"] == 300
    assert booked["twilio.gather", "gather"] == 1
    assert Usage.objects.filter(call=greeted, meter="twilio.gather").count() == 2  # after the opening, after the turn
    assert Usage.objects.filter(call=greeted, meter="openai.chat_in").count() == 1
    voice = sum(row.quantity for row in Usage.objects.filter(call=greeted, meter="polly.character"))
    assert voice == sum(map(len, [*spoken(0, greeted), *spoken(1, greeted)]))


# --- Webhooks that come twice, at once, or never ---------------------------------------------------


def test_a_repeated_turn_gets_the_same_document_and_costs_nothing(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [says("Which area do you like best?")]
    first = gather.take_turn(greeted, 1, Heard("I want a house", SURE))
    rendered = len(vendors.spoken)

    again = gather.take_turn(greeted, 1, Heard("I want a house", SURE))

    assert again == first
    assert (len(vendors.chats), len(vendors.spoken)) == (1, rendered)
    assert Turn.objects.filter(call=greeted).count() == 3


def test_a_repetition_during_the_work_waits_for_the_first(greeted: Call, vendors: Vendors) -> None:
    written = threading.Event()
    vendors.script = [says("Which area do you like best?", gate=written)]
    documents: list[str] = []

    def deliver() -> None:
        from django.db import connection

        try:
            documents.append(gather.take_turn(greeted, 1, Heard("I want a house", SURE)))
        finally:
            connection.close()

    deliveries = [threading.Thread(target=deliver) for _ in range(4)]
    for delivery in deliveries:
        delivery.start()
    written.set()
    for delivery in deliveries:
        delivery.join()
    assert len(documents) == 4
    assert len(set(documents)) == 1
    assert len(vendors.chats) == 1


def test_a_repetition_that_has_waited_long_enough_asks_the_carrier_to_come_again(
    greeted: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "DUPLICATE_WAITS_SECONDS", 0)
    ChainStep.objects.create(call=greeted, number=1, heard="I want a house", verdict="accepted")
    document = gather.take_turn(greeted, 1, Heard("I want a house", SURE))
    assert tags(document) == ["Pause", "Redirect"]


def test_a_turn_whose_process_died_is_apologised_for(
    greeted: Call, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "DUPLICATE_WAITS_SECONDS", 0)
    long_ago = now() - timedelta(seconds=60)
    ChainStep.objects.create(call=greeted, number=1, heard="A house", verdict="accepted", received_at=long_ago)
    document = gather.take_turn(greeted, 1, Heard("A house", SURE))
    assert tags(document) == ["Gather", "Play"]
    assert spoken(1, greeted) == [APOLOGY]
    assert vendors.chats == []


def test_the_rest_of_an_answer_whose_process_died_is_an_apology(greeted: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "FIRST_WORD_SECONDS", 0)
    part = {"text": "I found two homes.", "digest": "", "seconds": 1.0}
    ChainStep.objects.create(
        call=greeted, number=1, heard="A house", verdict="accepted", parts=[part],
        received_at=now() - timedelta(seconds=60),
    )  # fmt: skip
    assert tags(gather.more_twiml(greeted, 1, 1, 0)) == ["Gather", "Play"]
    assert spoken(1, greeted) == ["I found two homes.", APOLOGY]


def test_the_rest_of_an_unknown_answer_is_to_listen(greeted: Call) -> None:
    assert tags(gather.more_twiml(greeted, 7, 1, 0)) == ["Gather"]


# --- What could not be understood ------------------------------------------------------------------


def test_silence_is_asked_about_twice_and_then_a_person_will_call(greeted: Call, vendors: Vendors) -> None:
    documents = [gather.take_turn(greeted, number, Heard()) for number in (1, 2, 3)]
    assert [tags(document)[-1] for document in documents] == ["Play", "Play", "Hangup"]
    assert [spoken(number, greeted) for number in (1, 2, 3)] == [
        [gather.NOT_HEARD[0]],
        [gather.NOT_HEARD[1]],
        [gather.GIVING_UP],
    ]
    assert Activity.objects.filter(lead=greeted.lead, kind="task").count() == 1
    assert vendors.chats == []


def test_a_caller_nobody_understands_three_times_gets_a_colleague(greeted: Call, omar: User) -> None:
    at_work(omar)
    documents = [gather.take_turn(greeted, number, Heard("mumble", 0.1)) for number in (1, 2, 3)]
    assert [tags(document)[-1] for document in documents] == ["Play", "Play", "Redirect"]


def test_words_in_between_forgive_the_strikes(greeted: Call) -> None:
    for number in (1, 2):
        gather.take_turn(greeted, number, Heard())
    gather.take_turn(greeted, 3, Heard("Sorry, I am here", SURE))
    assert tags(gather.take_turn(greeted, 4, Heard()))[0] == "Gather"


def test_a_very_unsure_result_is_asked_for_again_and_never_believed(greeted: Call, vendors: Vendors) -> None:
    gather.take_turn(greeted, 1, Heard("Alaska Air", 0.12))
    assert spoken(1, greeted) == [gather.NOT_UNDERSTOOD[0]]
    assert vendors.chats == []


def test_a_doubtful_result_goes_to_the_model_with_a_warning_before_it(greeted: Call, vendors: Vendors) -> None:
    gather.take_turn(greeted, 1, Heard("Alaska Air", 0.41))
    *_, note, said = vendors.chats[0]["messages"]
    assert (note["role"], note["content"]) == ("system", gather.DOUBT)
    assert (said["role"], said["content"]) == ("user", "Alaska Air")


def test_a_lone_filler_is_listened_through(greeted: Call, vendors: Vendors) -> None:
    assert tags(gather.take_turn(greeted, 1, Heard("Um...", SURE))) == ["Gather"]
    assert vendors.chats == []


# --- Opting out and goodbye ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "reason"),
    [(Heard("stop calling me", 0.2), "verbal_request"), (Heard(digits="9"), "keypad")],
)
def test_stop_ends_the_call_and_suppresses_the_number_without_the_model(
    greeted: Call, vendors: Vendors, heard: Heard, reason: str
) -> None:
    document = gather.take_turn(greeted, 1, heard)
    assert tags(document) == ["Play", "Hangup"]
    assert spoken(1, greeted) == [gather.OPTED_OUT]
    assert Suppression.objects.get(phone=greeted.to_number).reason == reason
    assert Call.objects.get(pk=greeted.pk).outcome == Disposition.DO_NOT_CALL
    assert vendors.chats == []


def test_another_key_goes_to_the_model(greeted: Call, vendors: Vendors) -> None:
    gather.take_turn(greeted, 1, Heard(digits="3"))
    assert vendors.chats[0]["messages"][-1]["content"] == "(pressed 3)"


def test_the_agents_goodbye_is_spoken_before_hanging_up(greeted: Call, vendors: Vendors) -> None:
    arguments = {"disposition": "not_interested", "summary": "Only looking.", "next_action": None}
    vendors.script = [Uses("end_call", arguments, text="Thank you, have a nice day. Goodbye.")]
    document = gather.take_turn(greeted, 1, Heard("Not now, thanks", SURE))
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
    document = gather.take_turn(greeted, 1, Heard("Not now, thanks", SURE))
    assert tags(document) == ["Play", "Hangup"]
    assert "Goodbye" in spoken(1, greeted)[0]


# --- Tools -----------------------------------------------------------------------------------------


def test_a_tool_is_used_while_its_announcement_is_spoken(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [
        Uses("search_listings", {"limit": 3}, text="Let me look that up for you.", id="call_1"),
        says("Nothing fits at the moment, I'm afraid."),
    ]
    document = gather.take_turn(greeted, 1, Heard("What do you have", SURE))
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
    gather.take_turn(greeted, 1, Heard("What do you have", SURE))
    assert not ToolUse.objects.filter(call=greeted).exists()


# --- When a vendor fails ---------------------------------------------------------------------------


def test_a_model_that_fails_once_is_asked_again(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(500), says("Here I am again.")]
    gather.take_turn(greeted, 1, Heard("Hello", SURE))
    assert spoken(1, greeted) == ["Here I am again."]


def test_a_model_that_fails_twice_is_apologised_for_and_the_call_goes_on(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(500), Fails(500)]
    document = gather.take_turn(greeted, 1, Heard("Hello", SURE))
    assert tags(document) == ["Gather", "Play"]
    assert spoken(1, greeted) == [APOLOGY]
    assert greeted.events.get(kind="fallback").data["to"] == "apology"


def test_a_model_that_fails_in_the_next_turn_too_makes_a_person_call_back(
    greeted: Call, vendors: Vendors, omar: User
) -> None:
    gone_home(omar)
    vendors.script = [Fails(500)] * 4
    gather.take_turn(greeted, 1, Heard("Hello", SURE))
    document = gather.take_turn(greeted, 2, Heard("Hello?", SURE))
    assert tags(document) == ["Play", "Hangup"]
    assert spoken(2, greeted) == [PROMISE]
    task = Activity.objects.get(lead=greeted.lead, kind="task")
    assert task.summary.startswith("Call back")
    greeted.lead.refresh_from_db()
    assert greeted.lead.next_action_at is not None
    assert Call.objects.get(pk=greeted.pk).outcome == Disposition.AI_ERROR
    assert list(greeted.spans.values_list("engine", "end_reason")) == [
        ("conversation", "the AI failed (500)"),
        ("promise", ""),
    ]


def test_a_model_that_fails_in_the_next_turn_too_gives_the_call_to_a_colleague(
    greeted: Call, vendors: Vendors, omar: User
) -> None:
    at_work(omar)
    vendors.script = [Fails(500)] * 4
    gather.take_turn(greeted, 1, Heard("Hello", SURE))
    document = gather.take_turn(greeted, 2, Heard("Hello?", SURE))
    assert tags(document) == ["Play", "Redirect"]
    assert spoken(2, greeted) == [SOMEBODY_ELSE]
    assert gather.take_turn(greeted, 2, Heard("Hello?", SURE)) == document
    assert greeted.transfers.get().reason == "tech"


def test_an_exhausted_quota_gives_the_call_to_a_colleague_at_once(greeted: Call, vendors: Vendors, omar: User) -> None:
    at_work(omar)
    vendors.script = [Fails(429, code="insufficient_quota")]
    document = gather.take_turn(greeted, 1, Heard("Hello", SURE))
    assert tags(document) == ["Play", "Redirect"]
    assert len(vendors.chats) == 1


def test_a_good_turn_in_between_forgives_the_failure(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(500), Fails(500), says("Fine."), Fails(500), Fails(500)]
    documents = [gather.take_turn(greeted, number, Heard("Hello", SURE)) for number in (1, 2, 3)]
    assert tags(documents[-1]) == ["Gather", "Play"]


def test_a_refusal_that_will_not_change_is_not_asked_twice(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [Fails(401)]
    gather.take_turn(greeted, 1, Heard("Hello", SURE))
    assert len(vendors.chats) == 1


def test_an_answer_that_breaks_off_keeps_what_was_said_and_apologises(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [BreaksOff("I found a home for you. It is")]
    document = gather.take_turn(greeted, 1, Heard("Well?", SURE))
    while "Redirect" in tags(document):
        document = rest_of(greeted, document)
    assert spoken(1, greeted) == ["I found a home for you.", APOLOGY]
    assert len(vendors.chats) == 1


def test_a_model_without_a_word_is_a_failure(greeted: Call, vendors: Vendors) -> None:
    vendors.script = [says(""), says("")]
    gather.take_turn(greeted, 1, Heard("Hello", SURE))
    assert spoken(1, greeted) == [APOLOGY]


def test_a_voice_that_is_down_leaves_the_carriers_own_and_costs_one_request(greeted: Call, vendors: Vendors) -> None:
    vendors.voice_is_down = True
    vendors.script = [says("I can still talk."), says("And again.")]
    for number, words in ((1, "I can still talk."), (2, "And again.")):
        document = gather.take_turn(greeted, number, Heard("Hello", SURE))
        assert verbs(document)[-1] == ("Say", words)
    assert greeted.events.get(kind="fallback").data["to"] == "say"


def test_a_voice_that_hangs_does_not_hold_the_opening_back(call: Call, vendors: Vendors) -> None:
    vendors.voice_hangs, vendors.voice_is_down = 10.0, True  # each of two attempts
    began = time.monotonic()
    document = gather.first_twiml(call)
    assert time.monotonic() - began < vendors.voice_hangs
    assert {verb for verb, _ in verbs(document)} & {"Say", "Play"} == {"Say"}


# --- Taking over from the realtime engine ----------------------------------------------------------


def turn_of(call: Call, speaker: str, text: str, position: int) -> None:
    Turn.objects.create(
        call=call, speaker=speaker, engine=Engine.REALTIME, text=text, item_id=f"item_{position}", position=position
    )


def test_a_call_that_comes_down_goes_on_mid_thought_without_a_greeting(call: Call, vendors: Vendors) -> None:
    turn_of(call, "agent", "Hi, I'm an AI assistant. Which area do you like?", 10)
    turn_of(call, "lead", "Willow Creek, please.", 20)
    vendors.script = [says("Willow Creek it is.")]

    document = gather.continue_twiml(call)

    assert tags(document) == ["Gather", "Play"]
    assert spoken(0, call) == ["Willow Creek it is."]
    roles = [message["role"] for message in vendors.chats[0]["messages"]]
    assert roles == ["system", "assistant", "system", "user"]
    assert brief(call).greeting not in str(Turn.objects.filter(call=call).values_list("text", flat=True))


def test_a_line_lost_while_the_agent_spoke_is_handed_to_the_caller(call: Call, vendors: Vendors) -> None:
    turn_of(call, "agent", "I have two homes for you.", 10)
    gather.continue_twiml(call)
    assert spoken(0, call) == [gather.BACK_AGAIN]
    assert vendors.chats == []


def test_a_call_that_comes_down_before_its_opening_was_heard_gets_the_opening(call: Call, vendors: Vendors) -> None:
    document = gather.continue_twiml(call)
    assert parse(document).verbs[0].get("bargeIn") == "false"
    assert spoken(0, call)[0].startswith("Hi, I'm Riley, an AI")


def test_the_continuation_asked_for_twice_is_made_once(call: Call, vendors: Vendors) -> None:
    turn_of(call, "agent", "Hi.", 0)
    turn_of(call, "lead", "Hello?", 10)
    assert gather.continue_twiml(call) == gather.continue_twiml(call)
    assert len(vendors.chats) == 1


# --- Over the wire ---------------------------------------------------------------------------------


def test_the_carriers_form_is_read_and_answered_with_twiml(greeted: Call, vendors: Vendors, client: Client) -> None:
    vendors.script = [says("Glad to hear it.")]
    answer = hook(
        client,
        "twilio_gather",
        greeted.pk,
        1,
        CallSid=str(greeted.twilio_sid),
        SpeechResult="I am fine",
        Confidence="0.9",
    )
    assert answer["Content-Type"].startswith("text/xml")
    assert tags(answer.content.decode()) == ["Gather", "Play"]
    assert ChainStep.objects.get(call=greeted, number=1).heard == "I am fine"


def test_an_unsigned_turn_is_refused_and_nothing_happens(greeted: Call, vendors: Vendors, client: Client) -> None:
    answer = hook(client, "twilio_gather", greeted.pk, 1, signature="wrong", SpeechResult="I am fine")
    assert answer.status_code == 403
    assert not ChainStep.objects.filter(call=greeted, number=1).exists()


def test_a_turn_of_an_ended_call_hangs_up(greeted: Call, client: Client) -> None:
    Call.objects.filter(pk=greeted.pk).update(status="completed", ended_at=now())
    answer = hook(client, "twilio_gather", greeted.pk, 1, CallSid=str(greeted.twilio_sid), SpeechResult="Hello")
    assert tags(answer.content.decode()) == ["Hangup"]
