"""What the agent does when a tool says no: the tool's own words first, then the sensible next step."""

from typing import Any

from sandbox.openai.agent import Message
from tests.sandbox.talk import INSTRUCTIONS, LISTINGS, OPENING, SLOTS, Model, ToolServer, failure

TO_THE_SEARCH = (
    "Yes.",
    "I'm looking in Willow Creek.",
    "450 thousand",
    "3 bedrooms 2 baths",
    "in 3 months",
    "Yes approved",
)
TO_THE_TIMES = (*TO_THE_SEARCH, "Yes, the first one.")
TO_THE_BOOKING = (*TO_THE_TIMES, "The first one works.")


def talk(*lines: str, mode: str = "buyer", **refusals: list[dict[str, Any]]) -> tuple[Model, str]:
    """The model after these lines, and what it said last."""
    model = Model(INSTRUCTIONS[mode], ToolServer(refusals), [Message("assistant", OPENING)])
    said = [model.say(line) for line in lines]
    return model, said[-1]


def test_an_offer_that_was_cut_off_has_been_made():
    model, offer = talk(*TO_THE_TIMES)
    model.messages[-1] = Message("assistant", offer[: offer.rindex(" PM")])
    assert "booked" in model.say("Yes, the first one works for me.")


class TestSearching:
    def test_a_misheard_area_is_searched_by_the_name_it_sounds_like(self) -> None:
        unknown = failure("UNKNOWN_AREA", "I don't have homes there.", suggestions=["Willow Creek", "Maple Heights"])
        model, said = talk("Yes.", "I'm looking in Willow Grey.", *TO_THE_SEARCH[2:], search_listings=[unknown])
        first, second = model.server.named("search_listings")
        assert first["areas"][0]["name"] == "Willow Grey"
        assert second["areas"][0]["name"] == "Willow Creek"
        assert said.startswith("Two homes fit")

    def test_an_area_nobody_knows_is_asked_for_again(self) -> None:
        say = "I don't have homes in Atlantis. Did you mean Maple Heights and Harbor Point?"
        unknown = failure("UNKNOWN_AREA", say, suggestions=["Maple Heights", "Harbor Point"])
        model, said = talk("Yes.", "I'm looking in Atlantis.", *TO_THE_SEARCH[2:], search_listings=[unknown])
        assert said == say
        assert model.say("Maple Heights then.").startswith("Two homes fit")
        assert model.server.named("search_listings")[-1]["areas"][0]["name"] == "Maple Heights"

    def test_nothing_found_is_said_and_the_nearest_homes_are_named(self) -> None:
        say = "Nothing on the market matches all of that today. Up to $495,000 I have 3 homes. Shall I tell you more?"
        none = failure("NO_MATCH", say, relaxation={"change": "up to $495,000", "items": LISTINGS})
        _, said = talk(*TO_THE_SEARCH, search_listings=[none])
        assert said.startswith(
            "Nothing on the market matches all of that today. Up to $495,000 I have 3 homes. Two homes"
        )
        assert said.count("?") == 1

    def test_nothing_at_all_leads_to_a_consultation_if_the_buyer_agrees(self) -> None:
        none = failure("NO_MATCH", "Nothing matches today.")
        model, said = talk(*TO_THE_SEARCH, search_listings=[none])
        assert said.startswith("Nothing matches today. Would you like me to set up a short consultation")
        assert "Which one works for you?" in model.say("Yes please.")
        refused, _ = talk(*TO_THE_SEARCH, "No thanks.", search_listings=[failure("NO_MATCH", "Nothing matches today.")])
        assert refused.server.named("end_call")[0]["disposition"] == "qualified_nurture"
        assert not refused.server.named("check_availability")

    def test_a_lower_price_is_searched_anew(self) -> None:
        model, _ = talk(*TO_THE_SEARCH, "Do you have anything cheaper, under 400 thousand?")
        assert [search["price_max"] for search in model.server.named("search_listings")] == [450_000, 400_000]


class TestBooking:
    def test_a_taken_slot_is_replaced_by_one_of_the_alternatives(self) -> None:
        say = "That time has just been taken. I could do Tuesday, November 24 at 11 AM."
        taken = failure("SLOT_TAKEN", say, alternatives=[SLOTS[1]])
        model, said = talk(*TO_THE_BOOKING, schedule_appointment=[taken])
        assert said.startswith("That time has just been taken.")
        assert said.endswith("?")
        assert "booked for Tuesday, November 24 at 11 AM" in model.say("Yes, that works.")

    def test_an_expired_slot_is_looked_up_again_without_a_word(self) -> None:
        model, said = talk(*TO_THE_BOOKING, schedule_appointment=[failure("SLOT_EXPIRED", "Let me look again.")])
        assert len(model.server.named("check_availability")) == 2
        assert "Which one works for you?" in said

    def test_an_appointment_that_stands_already_is_told(self) -> None:
        say = "You already have an appointment on Friday at 9 AM."
        booked = failure("ALREADY_BOOKED", say, appointment={"spoken": "Friday at 9 AM"})
        model, said = talk(*TO_THE_BOOKING, schedule_appointment=[booked])
        assert said == f"{say} Is there anything else I can help with?"
        model.say("No, thanks.")
        assert model.server.named("end_call")[0]["disposition"] == "appointment_set"

    def test_an_unclear_agreement_is_asked_for_once_more(self) -> None:
        say = "Just to be sure: shall I book that time for you?"
        model, said = talk(*TO_THE_BOOKING, schedule_appointment=[failure("NOT_CONFIRMED", say)])
        assert said.count("?") == 1
        model.say("Yes, please book it.")
        assert len(model.server.named("schedule_appointment")) == 2

    def test_a_full_week_moves_the_question_to_the_next_free_day(self) -> None:
        full = failure("NO_SLOTS", "Nothing is free then.", next_available="2026-12-07T09:00:00-06:00")
        model, said = talk(*TO_THE_TIMES, check_availability=[full])
        assert [window["date_from"] for window in model.server.named("check_availability")] == [
            "2026-11-23",
            "2026-12-07",
        ]
        assert "Which one works for you?" in said

    def test_a_calendar_that_is_down_ends_in_a_promise_to_call(self) -> None:
        down = [failure("INTERNAL", "I'm sorry, I couldn't do that just now.") for _ in range(2)]
        model, said = talk(*TO_THE_TIMES, check_availability=down)
        assert "One of our agents will call you" in said
        assert model.server.named("end_call")[0]["disposition"] == "callback_requested"

    def test_other_times_are_offered_to_whom_none_suits(self) -> None:
        model, _ = talk(*TO_THE_TIMES, "Neither, could we do an afternoon?")
        assert model.server.named("check_availability")[-1]["part_of_day"] == "afternoon"

    def test_the_second_time_is_booked_when_it_is_named(self) -> None:
        for words in ("The second one, please.", "2 PM works.", "the afternoon is better", "Two o'clock."):
            model, _ = talk(*TO_THE_TIMES, words)
            assert model.server.named("schedule_appointment")[0]["slot_id"] == "s3", words

    def test_a_showing_is_booked_only_under_a_signed_agreement(self) -> None:
        signed = Model(INSTRUCTIONS["buyer"] + "Buyer agreement: signed\n", messages=[Message("assistant", OPENING)])
        for line in TO_THE_BOOKING:
            signed.say(line)
        assert signed.server.named("schedule_appointment")[0]["type"] == "showing"
        assert signed.server.named("schedule_appointment")[0]["listing_key"] == "SYN1"


class TestSaving:
    def test_a_partial_save_is_not_repeated_for_ever(self) -> None:
        partial = [failure("PARTIAL", "", saved=["areas"], rejected=["price_max"]) for _ in range(9)]
        model, said = talk(*TO_THE_SEARCH, save_lead_preferences=partial)
        assert len(model.server.named("save_lead_preferences")) <= 3
        assert said.startswith("Two homes fit")

    def test_a_value_the_tool_doubts_is_asked_for_and_saved_after_a_yes(self) -> None:
        ask = "Just to be sure, did you say a budget of up to $450,000?"
        doubt = failure("CONFIRM_FIRST", ask, retryable=True, fields=["price_max"])
        model, said = talk(*TO_THE_SEARCH[:4], save_lead_preferences=[doubt])
        assert said == ask
        assert "How soon" in model.say("Yes, that's right.")
        assert len(model.server.named("save_lead_preferences")) == 2
        assert model.server.named("save_lead_preferences")[1]["preferences"]["price_max"]["value"] == 450_000

    def test_a_doubted_value_that_was_wrong_is_asked_for_anew_or_taken_from_the_answer(self) -> None:
        ask = "Just to be sure, did you say a budget of up to $450,000?"
        for answer, asked_anew in (("No.", True), ("No, 415 thousand.", False)):
            doubt = failure("CONFIRM_FIRST", ask, retryable=True, fields=["price_max"])
            model, _ = talk(*TO_THE_SEARCH[:4], save_lead_preferences=[doubt])
            said = model.say(answer)
            assert ("What price range" in said) == asked_anew
            for line in (*(["415 thousand"] if asked_anew else []), *TO_THE_SEARCH[4:]):
                model.say(line)
            saved = [each["preferences"]["price_max"] for each in model.server.named("save_lead_preferences")]
            assert [each["value"] for each in saved if each][-1] == 415_000

    def test_a_time_the_tool_doubts_is_asked_for_and_booked_after_a_yes(self) -> None:
        ask = "Just to be sure: Tuesday, November 24 at 10 AM, does that time work?"
        doubt = failure("CONFIRM_FIRST", ask, retryable=True, fields=["slot_id"])
        model, said = talk(*TO_THE_BOOKING, schedule_appointment=[doubt])
        assert said == ask
        model.say("Yes, that works for me.")
        first, second = model.server.named("schedule_appointment")
        assert first["slot_id"] == second["slot_id"] == "s1"

    def test_a_tool_that_doubts_for_ever_is_left_alone_in_the_end(self) -> None:
        doubts = [failure("CONFIRM_FIRST", "Is that right?", retryable=True, fields=["price_max"]) for _ in range(20)]
        model, _ = talk(*TO_THE_SEARCH, *["yes"] * 12, save_lead_preferences=doubts)
        assert len(model.server.named("save_lead_preferences")) <= 4
        assert model.server.named("search_listings")

    def test_an_ambiguous_address_is_cleared_up(self) -> None:
        say = "Which home do you mean: 12 Orchard Lane or 12 Orchard Court?"
        two = failure("ADDRESS_AMBIGUOUS", say, retryable=True, candidates=["12 Orchard Lane", "12 Orchard Court"])
        lines = ("Yes", "12 Orchard", "It's 12 Orchard Lane", "3 bedrooms 2 baths")
        model, said = talk(*lines, mode="seller", save_seller_details=[two])
        assert said == say
        model.say("The one on the court, Orchard Court.")
        assert model.server.named("save_seller_details")[-1]["address"] == "12 Orchard Court"

    def test_a_home_listed_elsewhere_is_left_alone(self) -> None:
        model, said = talk("Yes", "12 Orchard Lane", "3 and 2", "good", "3 months", "Yes, it is.", mode="seller")
        assert "Goodbye" in said
        assert model.server.named("end_call")[0]["disposition"] == "has_agent"
        assert not model.server.named("check_availability")
