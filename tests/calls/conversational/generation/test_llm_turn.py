"""One turn of the AI's, and what goes into a request."""

import json

import pytest

from calls.agent.phrases import CUT_SHORT
from calls.conversational.generation.llm_turn import FINISH, MOST_ROUNDS, Sentence, answer, with_note
from calls.models import Call, CallEvent, CallType, ToolUse, Turn
from calls.providers import ProviderError
from calls.providers.openai import chat
from tests.calls.vendors import BreaksOff, Says, Uses, Vendors, says
from tests.people import make_call

pytestmark = pytest.mark.django_db

SYSTEM = {"role": "system", "content": "Be kind."}
ASKED = {"role": "user", "content": "Alaska Air"}
SAID = {"role": "assistant", "content": "Hello."}


@pytest.fixture
def call(vendors: Vendors) -> Call:
    call = make_call(type=CallType.CONVERSATIONAL)
    Turn.objects.create(call=call, speaker="lead", engine="conversation", text="What do you have?", item_id="1")
    return call


def test_a_note_stands_right_before_what_it_is_about() -> None:
    note = {"role": "system", "content": "Doubtful."}
    assert with_note([SYSTEM, SAID, ASKED], "Doubtful.") == [SYSTEM, SAID, note, ASKED]
    assert with_note([SYSTEM, SAID], "Doubtful.") == [SYSTEM, SAID, note]
    assert with_note([SYSTEM, SAID], "") == [SYSTEM, SAID]


def test_sentences_come_one_by_one_and_the_last_is_marked(call: Call, vendors: Vendors) -> None:
    vendors.script = [says("I found two homes for you. The first ", "is on Orchard Lane.")]
    assert list(answer(call, model=chat())) == [
        Sentence("I found two homes for you."),
        Sentence("The first is on Orchard Lane.", last=True),
    ]


def test_two_tools_in_a_row_are_both_used_before_the_answer(call: Call, vendors: Vendors) -> None:
    vendors.script = [Uses("search_listings", {"limit": 1}), Uses("search_listings", {"limit": 2}), says("Nothing.")]
    assert [sentence.text for sentence in answer(call, model=chat())] == ["Nothing."]
    assert ToolUse.objects.filter(call=call).count() == 2
    assert [message["role"] for message in vendors.chats[2]["messages"][-4:]] == ["assistant", "tool"] * 2


def test_a_model_that_only_uses_tools_is_made_to_speak_in_the_end(call: Call, vendors: Vendors) -> None:
    vendors.script = [*(Uses("search_listings", {"limit": 1}) for _ in range(MOST_ROUNDS - 1)), says("Well.")]
    assert list(answer(call, model=chat())) == [Sentence("Well.", last=True)]
    assert "tools" in vendors.chats[-2]
    assert "tools" not in vendors.chats[-1]


HALF = "I found two homes. The first has three bedrooms and"


def test_an_answer_that_grew_too_long_is_finished_and_its_half_sentence_never_said(
    call: Call, vendors: Vendors
) -> None:
    vendors.script = [Says((HALF,), finish="length"), says("The first has three bedrooms.")]
    assert [sentence.text for sentence in answer(call, model=chat())] == [
        "I found two homes.",
        "The first has three bedrooms.",
    ]
    *_, said, note = vendors.chats[1]["messages"]
    assert said == {"role": "assistant", "content": "I found two homes."}
    assert note == {"role": "system", "content": FINISH}
    assert CallEvent.objects.get(call=call, kind="answer_cut_short").data["reason"] == "length"


def test_one_that_is_cut_twice_ends_with_a_question_of_ours(call: Call, vendors: Vendors) -> None:
    vendors.script = [Says((HALF,), finish="length"), Says(("It also has a big",), finish="length")]
    assert list(answer(call, model=chat())) == [Sentence("I found two homes."), Sentence(CUT_SHORT, last=True)]


@pytest.mark.parametrize(
    ("words", "said"), [(HALF, ["I found two homes."]), ("Two", []), ("It is sold.", ["It is sold."])]
)
def test_one_that_was_filtered_is_not_asked_for_again(
    call: Call, vendors: Vendors, words: str, said: list[str]
) -> None:
    vendors.script = [Says((words,), finish="content_filter")]
    assert [sentence.text for sentence in answer(call, model=chat())] == [*said, CUT_SHORT]
    assert len(vendors.chats) == 1


def test_a_tool_of_an_answer_that_was_cut_short_is_not_used(call: Call, vendors: Vendors) -> None:
    vendors.script = [Uses("search_listings", {"limit": 1}, finish="length"), says("What are you looking for?")]
    assert [sentence.text for sentence in answer(call, model=chat())] == ["What are you looking for?"]
    assert not ToolUse.objects.exists()


def test_arguments_cut_short_come_back_to_the_model_as_an_error(call: Call, vendors: Vendors) -> None:
    vendors.script = [Uses("no_such_tool", {}), says("Sorry.")]
    list(answer(call, model=chat()))
    assert '"ok": false' in vendors.chats[1]["messages"][-1]["content"]


def test_a_failure_rises_after_what_was_said_before_it(call: Call, vendors: Vendors) -> None:
    vendors.script = [BreaksOff("I found two homes for you. The")]
    sentences = answer(call, model=chat())
    assert next(sentences) == Sentence("I found two homes for you.")
    with pytest.raises(ProviderError):
        next(sentences)


BOOKING = {
    "slot_id": "nonsense",
    "type": "buyer_consult",
    "attendee_name": "Maria",
    "confirm_phrase": "Tuesday",
    "listing_key": None,
    "notes": None,
}
FAREWELL = {"disposition": "appointment_set", "summary": "Booked", "next_action": None}


def test_a_call_is_not_ended_beside_a_meeting_that_could_not_be_booked(call: Call, vendors: Vendors) -> None:
    both = Uses("end_call", FAREWELL, also=Uses("schedule_appointment", BOOKING))
    vendors.script = [both, says("That time is gone. Would Wednesday do?")]
    assert list(answer(call, model=chat())) == [
        Sentence("That time is gone."),
        Sentence("Would Wednesday do?", last=True),
    ]
    assert [(use.name, use.ok) for use in ToolUse.objects.order_by("id")] == [
        ("schedule_appointment", False),
        ("end_call", False),
    ]
    call.refresh_from_db()
    assert not call.outcome
    asked, *results = vendors.chats[1]["messages"][-3:]
    assert {use["id"] for use in asked["tool_calls"]} == {result["tool_call_id"] for result in results}


def test_an_answer_nobody_waits_for_any_more_uses_no_tool(call: Call, vendors: Vendors) -> None:
    vendors.script = [Uses("end_call", FAREWELL)]
    list(answer(call, model=chat(), is_wanted=lambda: False))
    assert not ToolUse.objects.exists()


def test_a_name_no_tool_has_can_be_repeated_to_the_model(call: Call, vendors: Vendors) -> None:
    vendors.script = [Uses("multi_tool_use.parallel", {"tool_uses": []}), says("Sorry.")]
    list(answer(call, model=chat()))
    asked, result = vendors.chats[1]["messages"][-2:]
    assert asked["tool_calls"][0]["function"]["name"] == "multi_tool_use_parallel"
    assert json.loads(result["content"])["error"]["code"] == "UNKNOWN_TOOL"
    assert ToolUse.objects.get().name == "multi_tool_use_parallel"
