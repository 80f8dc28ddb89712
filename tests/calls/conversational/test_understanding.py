"""What the engine makes of prompts talked into, doubtful results, noise, keys and "stop"."""

import pytest
from django.contrib.auth.models import User

from calls.agent import phrases
from calls.conversational.turn import DOUBT
from calls.models import Call, Disposition, Turn
from calls.understanding.recognition_results import RecognitionResult
from leads.models import Activity, Suppression
from sandbox.twilio.twiml import parse
from tests.calls.conversational import engine
from tests.calls.conversational.documents import HOMES, SURE, spoken, tags, went_out
from tests.calls.vendors import Vendors
from tests.people import at_work

pytestmark = pytest.mark.django_db(transaction=True)  # answers are made in a thread of their own


def test_of_a_prompt_that_was_talked_into_only_what_was_heard_is_kept(offered: Call, vendors: Vendors) -> None:
    went_out(offered, 1, seconds_ago=7.5)
    engine.take_turn(offered, 2, RecognitionResult("Hang on, what was that?", SURE))
    turn = Turn.objects.get(call=offered, item_id="step-1-agent")
    assert (turn.interrupted, turn.generated_text) == (True, HOMES)
    assert turn.text.startswith("Two homes fit")
    assert "like best" not in turn.text
    *_, told, said = vendors.chats[-1]["messages"]
    assert (told["content"], said["content"]) == (turn.text, "Hang on, what was that?")


def test_a_prompt_that_was_heard_to_its_end_stays_whole(offered: Call) -> None:
    went_out(offered, 1, seconds_ago=20)
    engine.take_turn(offered, 2, RecognitionResult("The first one", SURE))
    turn = Turn.objects.get(call=offered, item_id="step-1-agent")
    assert (turn.text, turn.generated_text, turn.interrupted) == (HOMES, "", False)


def test_a_filler_into_a_prompt_makes_it_go_on_with_what_was_not_heard(offered: Call, vendors: Vendors) -> None:
    went_out(offered, 1, seconds_ago=7.5)
    engine.take_turn(offered, 2, RecognitionResult("Um", SURE))
    assert spoken(2, offered) == HOMES.split(". ")[1:]
    assert len(vendors.chats) == 1


def test_the_opening_cannot_be_talked_into(greeted: Call) -> None:
    went_out(greeted, 0, seconds_ago=3)
    engine.take_turn(greeted, 1, RecognitionResult("Hello, who is this?", SURE))
    assert not Turn.objects.get(call=greeted, item_id="step-0-agent").interrupted


def test_silence_is_asked_about_twice_and_then_a_person_will_call(greeted: Call, vendors: Vendors) -> None:
    documents = [engine.take_turn(greeted, number, RecognitionResult()) for number in (1, 2, 3)]
    assert [tags(document)[-1] for document in documents] == ["Play", "Play", "Hangup"]
    assert [spoken(number, greeted) for number in (1, 2, 3)] == [
        [phrases.NOT_HEARD[0]],
        [phrases.NOT_HEARD[1]],
        [phrases.GIVING_UP],
    ]
    assert Activity.objects.filter(lead=greeted.lead, kind="task").count() == 1
    assert vendors.chats == []


def test_a_caller_nobody_understands_three_times_gets_a_colleague(greeted: Call, omar: User) -> None:
    at_work(omar)
    documents = [engine.take_turn(greeted, number, RecognitionResult("mumble", 0.1)) for number in (1, 2, 3)]
    assert [tags(document)[-1] for document in documents] == ["Play", "Play", "Redirect"]


def test_words_in_between_forgive_the_strikes(greeted: Call) -> None:
    for number in (1, 2):
        engine.take_turn(greeted, number, RecognitionResult())
    engine.take_turn(greeted, 3, RecognitionResult("Sorry, I am here", SURE))
    assert tags(engine.take_turn(greeted, 4, RecognitionResult()))[0] == "Gather"


def test_a_very_unsure_result_is_asked_for_again_and_never_believed(greeted: Call, vendors: Vendors) -> None:
    engine.take_turn(greeted, 1, RecognitionResult("Alaska Air", 0.12))
    assert spoken(1, greeted) == [phrases.NOT_UNDERSTOOD[0]]
    assert vendors.chats == []


def test_a_doubtful_result_goes_to_the_model_with_a_warning_before_it(greeted: Call, vendors: Vendors) -> None:
    engine.take_turn(greeted, 1, RecognitionResult("Alaska Air", 0.41))
    *_, note, said = vendors.chats[0]["messages"]
    assert (note["role"], note["content"]) == ("system", DOUBT)
    assert (said["role"], said["content"]) == ("user", "Alaska Air")


def test_a_lone_filler_is_listened_through(greeted: Call, vendors: Vendors) -> None:
    assert tags(engine.take_turn(greeted, 1, RecognitionResult("Um...", SURE))) == ["Gather"]
    assert vendors.chats == []


def test_words_a_recognizer_invents_for_a_noise_are_listened_through_and_nobodys_words(
    greeted: Call, vendors: Vendors
) -> None:
    assert tags(engine.take_turn(greeted, 1, RecognitionResult("Thanks for watching!", SURE))) == ["Gather"]
    assert vendors.chats == []
    assert not Turn.objects.filter(call=greeted, speaker="lead").exists()


def test_invented_words_time_and_again_are_a_silence(greeted: Call) -> None:
    documents = []
    for number in (1, 2, 3):
        documents.append(engine.take_turn(greeted, number, RecognitionResult("you", SURE)))
        went_out(greeted, number, seconds_ago=20)
    assert spoken(2, greeted) == [phrases.NOT_HEARD[1]]
    assert tags(documents[-1])[-1] == "Hangup"


def test_invented_words_make_a_prompt_that_was_cut_off_go_on(offered: Call, vendors: Vendors) -> None:
    went_out(offered, 1, seconds_ago=7.5)
    engine.take_turn(offered, 2, RecognitionResult("you", SURE))
    assert spoken(2, offered) == HOMES.split(". ")[1:]
    assert len(vendors.chats) == 1


@pytest.mark.parametrize(
    ("heard", "reason"),
    [(RecognitionResult("stop calling me", 0.2), "verbal_request"), (RecognitionResult(digits="9"), "keypad")],
)
def test_stop_ends_the_call_and_suppresses_the_number_without_the_model(
    greeted: Call, vendors: Vendors, heard: RecognitionResult, reason: str
) -> None:
    document = engine.take_turn(greeted, 1, heard)
    assert tags(document) == ["Play", "Hangup"]
    assert spoken(1, greeted) == [phrases.OPTED_OUT]
    assert Suppression.objects.get(phone=greeted.to_number).reason == reason
    assert Call.objects.get(pk=greeted.pk).outcome == Disposition.DO_NOT_CALL
    assert vendors.chats == []


@pytest.mark.parametrize(
    ("answer", "over"), [("Yes", True), ("Just stop, okay?", True), ("No, how big is the garage?", False)]
)
def test_a_stop_with_more_words_behind_it_is_asked_about_first(
    greeted: Call, vendors: Vendors, answer: str, over: bool
) -> None:
    for _ in range(2):  # also when the carrier asks again
        assert tags(engine.take_turn(greeted, 1, RecognitionResult("Wait, stop, one question.", SURE))) == [
            "Gather",
            "Play",
        ]
    assert spoken(1, greeted) == [phrases.SURE_TO_STOP]
    assert not Suppression.objects.exists()
    assert vendors.chats == []
    engine.take_turn(greeted, 2, RecognitionResult())  # a silence is not an answer
    assert spoken(2, greeted) == [phrases.SURE_TO_STOP]
    document = engine.take_turn(greeted, 3, RecognitionResult(answer, SURE))
    assert ("Hangup" in tags(document), Suppression.objects.exists(), bool(vendors.chats)) == (over, over, not over)


def test_another_key_goes_to_the_model(greeted: Call, vendors: Vendors) -> None:
    engine.take_turn(greeted, 1, RecognitionResult(digits="3"))
    assert vendors.chats[0]["messages"][-1]["content"] == "(pressed 3)"


def test_the_opening_takes_its_one_key_at_once_and_later_turns_take_numbers(call: Call, vendors: Vendors) -> None:
    opening = parse(engine.first_twiml(call)).verbs[0]
    turn = parse(engine.take_turn(call, 1, RecognitionResult("How much is it?", SURE))).verbs[0]
    assert (opening.get("numDigits"), opening.get("finishOnKey")) == ("1", "")
    assert (turn.get("numDigits"), turn.get("finishOnKey")) == ("", "#")
