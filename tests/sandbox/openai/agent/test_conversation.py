"""Whole conversations by text: leads' minds and the agent, with a recognizer's slips in between."""

import json
from datetime import date

import pytest

from sandbox.openai.agent import Message, ModelTurn, ToolSpec, respond
from tests.sandbox.talk import INSTRUCTIONS, OPENING, TOOLS, Model, ToolServer, hold_call

SEEDS = 200


class TestABuyer:
    def test_the_facts_are_saved_as_the_buyer_said_them(self) -> None:
        [*_, saved] = hold_call("buyer").server.named("save_lead_preferences")
        told = {name: field["value"] for name, field in saved["preferences"].items() if field}
        assert told == {
            "areas": [{"kind": "neighborhood", "name": "Willow Creek"}],
            "price_max": 450_000,
            "beds_min": 3,
            "baths_min": 2,
            "timeframe": "0_3m",
            "preapproval": "approved",
        }
        assert all(field["confirmed"] for field in saved["preferences"].values() if field)

    def test_homes_are_searched_by_what_was_said(self) -> None:
        [search] = hold_call("buyer").server.named("search_listings")
        assert search["areas"] == [{"kind": "neighborhood", "name": "Willow Creek"}]
        assert (search["price_max"], search["beds_min"], search["must_have"]) == (450_000, 3, None)

    def test_times_are_asked_for_from_the_day_after_the_call(self) -> None:
        [window] = hold_call("buyer").server.named("check_availability")
        assert window["type"] == "buyer_consult"
        assert window["date_from"] == "2026-11-23"
        assert (date.fromisoformat(window["date_to"]) - date(2026, 11, 23)).days <= 14

    def test_the_chosen_time_is_booked_in_the_callers_words(self) -> None:
        [booking] = hold_call("buyer").server.named("schedule_appointment")
        assert booking["slot_id"] == "s1"
        assert booking["attendee_name"] == "Maria Lopez"
        assert booking["confirm_phrase"] == "Yes, the first one works for me."

    def test_the_booking_is_read_back_and_the_call_ends_with_a_goodbye(self) -> None:
        talk = hold_call("buyer")
        *_, read_back, last = talk.said("agent")
        assert "Tuesday, November 24 at 10 AM" in read_back
        assert last == "Thank you, Maria. Goodbye."
        assert talk.outcome() == "appointment_set"

    def test_replies_are_short_and_ask_one_thing(self) -> None:
        for reply in hold_call("buyer").said("agent")[1:]:
            assert len(reply.split()) <= 30
            assert reply.count("?") <= 1


class TestASeller:
    def test_the_home_is_saved_as_the_seller_told_it(self) -> None:
        [*_, saved] = hold_call("seller").server.named("save_seller_details")
        told = {name: value for name, value in saved.items() if value is not None}
        assert told == {
            "address": "12 Orchard Lane",
            "beds": 3,
            "baths": 2,
            "condition": 4,
            "desired_price": 500_000,
            "timeframe": "0_3m",
            "listed_elsewhere": "no",
        }

    def test_a_listing_consultation_is_booked(self) -> None:
        server = hold_call("seller").server
        assert server.named("schedule_appointment")[0]["type"] == "listing_consult"
        assert not server.named("search_listings")


@pytest.mark.parametrize("persona", ["buyer", "seller"])
def test_calls_come_to_an_appointment_whatever_the_recognizer_makes_of_them(persona: str) -> None:
    good, lengths = 0, []
    for seed in range(SEEDS):
        talk = hold_call(persona, seed=seed)
        saved = talk.server.named("save_lead_preferences") or talk.server.named("save_seller_details")
        good += bool(talk.outcome() == "appointment_set" and talk.server.named("schedule_appointment") and saved)
        lengths.append(talk.caller_turns)
    assert good >= 0.98 * SEEDS
    assert min(lengths) >= 6
    assert sorted(lengths)[int(0.98 * SEEDS)] <= 13


@pytest.mark.parametrize("opening", [OPENING, "", "Hi, I'm an AI assistant calling for Harbor Realty LLC."])
def test_any_opening_will_do(opening: str) -> None:
    assert hold_call("buyer", opening=opening).outcome() == "appointment_set"


@pytest.mark.parametrize(
    ("persona", "outcome"),
    [
        ("skeptic", "appointment_set"),
        ("fair_housing", "appointment_set"),
        ("long_silence", "appointment_set"),
        ("talks_over", "appointment_set"),
        ("screening", "appointment_set"),
        ("opt_out", "do_not_call"),
        ("wrong_number", "wrong_number"),
        ("spanish", "language_barrier"),
    ],
)
def test_other_tempers_end_as_they_should(persona: str, outcome: str) -> None:
    assert hold_call(persona).outcome() == outcome


@pytest.mark.parametrize("mode", ["buyer", "seller"])
def test_who_wants_to_buy_and_to_sell_can_be_called_about_either(mode: str) -> None:
    assert hold_call("both", mode=mode).outcome() == "appointment_set"


def test_what_is_known_is_confirmed_instead_of_asked() -> None:
    known = INSTRUCTIONS["buyer"] + "Areas: Maple Heights\nBudget: up to $400,000\nBedrooms: 3 or more\n"
    model = Model(known, messages=[Message("assistant", OPENING)])
    assert model.say("Yes, sure.") == "Great. Are you still looking in the Maple Heights area?"
    assert model.say("Yes.").endswith("Is your budget still up to $400,000?")
    assert "Do you still need at least three bedrooms?" in model.say("No, we can go to 450 thousand now.")
    model.say("Yes, three bedrooms.")
    saved = model.server.named("save_lead_preferences")[-1]["preferences"]
    assert saved["areas"]["value"][0]["name"] == "Maple Heights"
    assert saved["price_max"]["value"] == 450_000


class TestTakingOver:
    """The line was handed over in mid-call: the messages are all that is known."""

    def test_it_goes_on_where_the_talk_stood_without_greeting_again(self) -> None:
        model = Model(INSTRUCTIONS["buyer"])
        model.messages += [
            Message("assistant", OPENING),
            Message("user", "Yes."),
            Message("assistant", "Which area are you looking in?"),
            Message("user", "In Willow Creek."),
            Message("assistant", "And your budget?"),
        ]
        said = model.say("450 thousand.")
        assert said == "Up to $450,000, understood. How many bedrooms and bathrooms do you need?"

    def test_an_appointment_made_before_is_not_made_again(self) -> None:
        model = Model(INSTRUCTIONS["buyer"])
        model.messages += [
            Message("assistant", OPENING),
            Message("user", "I'd like three bedrooms in Willow Creek up to 450 thousand."),
            Message("assistant", "You're booked for Tuesday at 10 AM. Is there anything else I can help with?"),
        ]
        assert "Goodbye" in model.say("No, that's all.")
        assert not model.server.named("schedule_appointment")
        assert model.server.named("end_call")[0]["disposition"] == "appointment_set"

    def test_silence_is_met_with_the_open_question(self) -> None:
        model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", "Which area are you looking in?")])
        assert model.speak() == "Are you still there? Which area are you looking in?"

    def test_nobody_there_ends_the_call(self) -> None:
        model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", "Which area are you looking in?")])
        for _ in range(3):
            model.speak()
        assert model.server.named("end_call")[0]["disposition"] == "hung_up_early"


class TestNotUnderstanding:
    def test_a_question_is_put_twice_at_most_and_then_left(self) -> None:
        model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", "Which area are you looking in?")])
        first, second = model.say("Uh."), model.say("Mm, well.")
        assert first == "Sorry, I didn't catch that. Which area are you looking in?"
        assert second == "No problem. What price range are you comfortable with?"

    def test_nothing_is_booked_without_a_clear_choice(self) -> None:
        server = ToolServer()
        talk = hold_call("buyer", server=server, lines={"slots": "Blue bananas.", "one_slot": "Blue bananas."})
        assert not server.named("schedule_appointment")
        assert talk.outcome() in ("callback_requested", "qualified_nurture")

    def test_a_person_who_cannot_make_any_time_is_called_back(self) -> None:
        talk = hold_call("buyer", accepts=False)
        assert 2 <= len(talk.server.named("check_availability")) <= 4
        assert talk.outcome() == "callback_requested"


class TestTools:
    def test_a_tool_that_is_not_offered_is_not_called(self) -> None:
        for left_out in ("search_listings", "check_availability", "save_lead_preferences", "end_call"):
            offered = tuple(tool for tool in TOOLS if tool.name != left_out)
            model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", OPENING)], tools=offered)
            for line in (
                "Yes.",
                "Willow Creek",
                "450",
                "3 and 2",
                "in 3 months",
                "yes",
                "first one",
                "first one",
                "no bye",
            ):
                assert model.say(line)
            assert not model.server.named(left_out)

    def test_without_any_tool_the_conversation_still_ends_kindly(self) -> None:
        model = Model(INSTRUCTIONS["seller"], messages=[Message("assistant", OPENING)], tools=())
        said = [model.say(line) for line in ("Yes", "12 Orchard Lane", "3 and 2", "good", "3 months", "no", "500")]
        assert said[-1] == "One of our agents will call you to set a time. Thank you, Maria. Goodbye."

    def test_ids_differ_within_a_turn_and_between_turns(self) -> None:
        model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", OPENING)])
        for line in ("Yes.", "Willow Creek", "450", "3 and 2", "in 3 months", "yes approved"):
            model.say(line)
        ids = [call.id for message in model.messages for call in message.tool_calls]
        assert len(ids) == len(set(ids)) == 3

    def test_the_same_turn_gets_the_same_answer(self) -> None:
        turn = ModelTurn(INSTRUCTIONS["buyer"], TOOLS, (Message("assistant", OPENING), Message("user", "Willow Creek")))
        assert respond(turn) == respond(turn)

    def test_arguments_are_json_objects(self) -> None:
        model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", OPENING)])
        for line in ("Yes.", "Willow Creek", "450", "3 and 2"):
            model.say(line)
        [call] = [call for message in model.messages for call in message.tool_calls]
        assert isinstance(json.loads(call.arguments), dict)

    def test_an_opt_out_is_marked_and_then_the_call_ends(self) -> None:
        mark = {"type": "object", "properties": {"heard": {"type": "string"}}, "required": ["heard"]}
        for parallel in (True, False):
            model = Model(
                INSTRUCTIONS["buyer"], tools=(*TOOLS, ToolSpec("mark_do_not_call", "", mark)), parallel=parallel
            )
            model.messages.append(Message("assistant", "Which area are you looking in?"))
            model.say("Stop calling me.")
            assert [name for name, _ in model.server.calls] == ["mark_do_not_call", "end_call"]
            assert model.server.named("mark_do_not_call") == [{"heard": "Stop calling me."}]

    def test_goodbye_comes_before_the_end_even_one_call_at_a_time(self) -> None:
        model = Model(
            INSTRUCTIONS["buyer"], messages=[Message("assistant", "Which area are you looking in?")], parallel=False
        )
        said = model.say("Somewhere in Willow Creek, but stop calling me.")
        assert said.count("Goodbye") == 1
        model = Model(
            INSTRUCTIONS["buyer"], messages=[Message("assistant", "Which area are you looking in?")], parallel=False
        )
        model.say("Somewhere in Willow Creek.")
        assert "Goodbye" in model.say("I'm not interested any more.")
        assert [name for name, _ in model.server.calls] == ["save_lead_preferences", "end_call"]
        assert model.server.named("end_call")[0]["disposition"] == "not_interested"


def test_a_person_who_calls_out_is_answered() -> None:
    model = Model(INSTRUCTIONS["buyer"], messages=[Message("assistant", "Which area are you looking in?")])
    assert model.say("Hello?") == "Yes, I'm here. Which area are you looking in?"
