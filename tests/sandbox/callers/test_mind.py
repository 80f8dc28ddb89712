"""People on the phone: leads answer, staff lead the talk, and every call between them ends."""

import random
from collections.abc import Sequence

import pytest

from sandbox.callers import HangUp, Mind, Press, Say, Wait, persona_names
from sandbox.language.replies import REPEAT, bare, opts_out
from tests.sandbox.talk import misheard

WHISPER = "Harbor Realty. Maria Lopez, {side} lead, came by website. The call is recorded. Press 1 to connect."


def said(acts: Sequence[object]) -> str:
    return " ".join(act.text for act in acts if isinstance(act, Say))


class TestALead:
    @pytest.mark.parametrize(
        ("asked", "answer"),
        [
            ("Is this Maria, and is now a good time?", "Yes, now is a good time."),
            ("Which area are you looking in?", "I'm looking in Willow Creek."),
            ("what price range are you comfortable with", "Up to four hundred fifty thousand dollars."),
            ("How many bedrooms and bathrooms do you need?", "Three bedrooms and two bathrooms."),
            ("How soon would you like to move?", "I'd like to move within three months."),
            ("Do you have a pre-approval?", "Yes, I'm pre-approved."),
            ("Could we meet on Tuesday at ten?", "Yes, that works for me."),
            ("Tuesday at 10 or Tuesday at 2. Which one works for you?", "Yes, the first one works for me."),
            ("Is there anything else I can help with?", "No, that's all. Thank you."),
        ],
    )
    def test_a_question_gets_the_fact_it_asks_for(self, asked: str, answer: str) -> None:
        assert said(Mind.load("buyer", name="Maria Lopez").hear(asked)) == answer

    def test_facts_come_from_the_phone_book(self) -> None:
        mind = Mind.load("buyer", name="Ann Lee", facts={"budget": 1_250_000, "area": "Maple Heights", "baths": 2.5})
        assert said(mind.hear("What is your budget?")) == "Up to one million two hundred fifty thousand dollars."
        assert said(mind.hear("Which area?")) == "I'm looking in Maple Heights."
        assert said(mind.hear("How many bathrooms?")) == "Two and a half bathrooms."
        assert said(mind.hear("Am I speaking with Ann?")) == "Yes, that's me."

    def test_a_statement_is_waited_out(self) -> None:
        assert Mind.load("buyer").hear("Let me look that up for you.") == [Wait()]

    def test_an_opening_without_a_question_is_answered_after_a_pause(self) -> None:
        mind = Mind.load("buyer")
        mind.on_answer()
        assert mind.hear("Hello, this is Harbor Realty. This call is recorded.") == [Wait()]
        assert mind.silence(1.0) == [Wait()]
        assert said(mind.silence(3.0)) == "Yes, go ahead."

    def test_it_repeats_itself_when_asked_to(self) -> None:
        mind = Mind.load("seller")
        told = said(mind.hear("What is the address?"))
        assert said(mind.hear("Sorry, could you repeat that?")) == told

    def test_it_says_goodbye_and_hangs_up_a_little_later(self) -> None:
        mind = Mind.load("buyer")
        assert said(mind.hear("Thank you, Maria. Goodbye.")) == "Thank you. Goodbye."
        assert mind.silence(1.0) == [Wait()]
        assert mind.silence(2.5) == [HangUp()]

    def test_a_lone_bye_is_taken_for_a_slip_of_the_ear(self) -> None:
        mind = Mind.load("buyer")
        assert mind.hear("Bye!") == [Wait()]
        assert said(mind.hear("Which area are you looking in?")) == "I'm looking in Willow Creek."

    def test_it_does_not_stay_in_a_dead_line_for_ever(self) -> None:
        mind = Mind.load("buyer")
        acts = [mind.silence(seconds) for seconds in (4.0, 8.5, 17.0, 26.0)]
        assert acts[0] == [Wait()]
        assert [said(each) for each in acts[1:]] == ["Hello?", "Hello? Are you there?", "I have to go. Goodbye."]
        assert acts[-1][-1] == HangUp()

    def test_patience_starts_anew_when_the_silence_was_broken(self) -> None:
        mind = Mind.load("buyer")
        assert said(mind.silence(8.5)) == "Hello?"
        assert mind.silence(3.0) == [Wait()]
        assert said(mind.silence(8.5)) == "Hello? Are you there?"


class TestTempers:
    def test_every_persona_can_be_loaded(self) -> None:
        assert {"buyer", "seller", "staff", "opt_out", "voicemail", "silent"} <= set(persona_names())
        for name in persona_names():
            assert Mind.load(name, name="Maria Lopez").voice

    def test_an_unknown_persona_is_a_key_error(self) -> None:
        for name in ("nobody", "../persona"):
            with pytest.raises(KeyError):
                Mind.load(name)

    def test_an_interrupter_waits_for_nothing(self) -> None:
        mind = Mind.load("interrupter")
        assert mind.cuts_in_after == 2.5
        assert mind.hear("Which area are you looking in?") == [Say("I'm looking in Willow Creek.", 0, over=True)]

    def test_a_mumbler_is_quieter(self) -> None:
        assert Mind.load("mumbler").persona.volume_db < -6

    def test_asides_are_said_once_each_before_anything_is_answered(self) -> None:
        mind = Mind.load("skeptic")
        heard = [said(mind.hear("Which area are you looking in?")) for _ in range(3)]
        assert heard == ["Wait, am I talking to a robot?", "How did you get my number?", "I'm looking in Willow Creek."]

    def test_an_interrupter_bursts_out_three_times_understood_or_not(self) -> None:
        mind = Mind.load("interrupter")
        assert mind.bursts_after == 3.5
        bursts = [mind.burst() for _ in range(3)]
        assert all(REPEAT.search(bare(burst.text)) and burst.over and not burst.delay_ms for burst in bursts)
        assert mind.bursts_after is None

    def test_who_talks_over_the_opening_does_it_once(self) -> None:
        mind = Mind.load("talks_over")
        assert mind.cuts_in_after == 1.5
        assert mind.hear("Hi, I'm Riley,") == [Say("Hello? Who is this, please?", 0, over=True)]
        assert mind.cuts_in_after is None
        assert said(mind.hear("Which area are you looking in?")) == "I'm looking in Willow Creek."

    def test_a_long_silence_comes_before_some_answers_only(self) -> None:
        mind = Mind.load("long_silence")
        assert mind.hear("Which area?") == [Say("I'm looking in Willow Creek.", 300)]
        assert mind.hear("And your budget?") == [Say("Up to four hundred fifty thousand dollars.", 9000)]
        assert mind.silence(10.0) == [Wait()]

    def test_a_street_is_behind_one_voice_only(self) -> None:
        noisy = {name for name in persona_names() if Mind.load(name).persona.noise_dbfs is not None}
        assert noisy == {"noisy_street"}

    def test_a_number_can_be_typed_instead_of_said(self) -> None:
        mind = Mind.load("presses_keys")
        assert mind.hear("How many bedrooms do you need?") == [Press("3")]
        assert said(mind.hear("Which area are you looking in?")) == "I'm looking in Willow Creek."

    def test_somebody_hangs_up_in_the_middle_of_their_fourth_sentence(self) -> None:
        mind = Mind.load("hangs_up")
        mind.on_answer()
        mind.hear("Is now a good time?")
        mind.hear("Which area are you looking in?")
        [cut, gone] = mind.hear("What is your budget?")
        assert cut == Say("Up to four hundred fifty thousand dollars.", 300, share=0.5)
        assert gone == HangUp()

    def test_the_questions_no_agent_may_answer_come_before_everything_else(self) -> None:
        mind = Mind.load("fair_housing")
        heard = [said(mind.hear("Which area are you looking in?")) for _ in range(4)]
        assert [word for line in heard for word in ("safe", "schools", "people", "Creek") if word in line] == [
            "safe", "schools", "people", "Creek",
        ]  # fmt: skip

    def test_who_sells_one_home_and_buys_another_answers_as_the_one_that_is_asked(self) -> None:
        mind = Mind.load("both")
        assert "sell my home and buy another" in said(mind.hear("Are you looking to buy or to sell a home?"))
        assert said(mind.hear("What is the address of the home?")) == "It's 12 Orchard Lane."
        assert said(mind.hear("How many bedrooms does it have?")) == "It has three bedrooms and two bathrooms."
        assert said(mind.hear("What price are you hoping to get?")) == "About five hundred thousand dollars."
        assert said(mind.hear("Which area are you looking in?")) == "I'm looking in Willow Creek."
        assert said(mind.hear("How many bedrooms do you need?")) == "Three bedrooms and two bathrooms."

    @pytest.mark.parametrize("phrasing", range(6))
    def test_stop_is_said_in_six_ways_and_each_is_an_opt_out(self, phrasing: int) -> None:
        mind = Mind.load("opt_out", phrasing=phrasing)
        wish = said(mind.hear("Hi, I'm an AI assistant calling for Harbor Realty."))
        assert opts_out(wish)
        assert wish == Mind.load("opt_out").persona.phrasings[phrasing]
        assert mind.silence(2.5) == [HangUp()]

    def test_stop_can_be_pressed_as_well(self) -> None:
        mind = Mind.load("presses_nine")
        assert mind.hear("Say stop or press 9 any time and we won't call again.") == [Press("9")]
        assert mind.silence(2.5) == [HangUp()]

    @pytest.mark.parametrize("name", ["opt_out", "wrong_number"])
    def test_who_wants_no_call_says_so_and_goes(self, name: str) -> None:
        mind = Mind.load(name)
        assert said(mind.hear("Hi, I'm an AI assistant calling for Harbor Realty."))
        assert mind.hear("Which area are you looking in?") == [Wait()]
        assert mind.silence(2.5) == [HangUp()]

    def test_a_machine_plays_its_greeting_and_listens_to_nobody(self) -> None:
        mind = Mind.load("voicemail", name="Maria Lopez")
        greeting = mind.on_answer()
        assert greeting is not None
        assert greeting.text == "You have reached the voicemail of Maria Lopez. Please leave a message after the tone."
        assert mind.hear("Is this Maria?") == [Wait()]
        assert mind.silence(21.0) == [HangUp()]

    def test_a_silent_person_says_nothing(self) -> None:
        mind = Mind.load("silent")
        assert mind.on_answer() is None
        assert mind.hear("Hello?") == [Wait()]


class TestAScreeningAssistant:
    def test_it_connects_who_says_name_and_reason(self) -> None:
        mind = Mind.load("screening", name="Maria Lopez")
        greeting = mind.on_answer()
        assert greeting is not None
        assert "state your name" in greeting.text
        assert said(mind.hear("This is Riley, an AI assistant. I'm calling about a home.")) == "Thank you. Please hold."
        assert mind.silence(1.0) == [Wait()]
        assert (said(mind.silence(3.0)), mind.voice) == ("Hello?", "buyer")
        assert said(mind.hear("Which area are you looking in?")) == "I'm looking in Willow Creek."

    def test_it_speaks_with_a_voice_of_its_own(self) -> None:
        assert Mind.load("screening").voice == "Joanna"

    def test_it_asks_once_more_and_then_declines(self) -> None:
        mind = Mind.load("screening")
        assert "state your name" in said(mind.hear("Which area are you looking in?"))
        assert mind.hear("Hello, are you there?")[-1] == HangUp()

    def test_nobody_who_says_nothing_gets_through(self) -> None:
        mind = Mind.load("screening")
        assert "state your name" in said(mind.silence(9.0))
        assert mind.silence(18.0)[-1] == HangUp()


class TestAForeigner:
    def test_the_same_plea_answers_everything(self) -> None:
        mind = Mind.load("spanish")
        assert "Spanish" in said(mind.hear("Is this Maria, and is now a good time?"))
        assert said(mind.hear("Which area are you looking in?")) == "No English, please. Spanish?"

    def test_an_offer_of_help_is_taken(self) -> None:
        mind = Mind.load("spanish")
        offer = "I'm sorry, I only speak English. A colleague who speaks Spanish will call you. Goodbye."
        assert said(mind.hear(offer)) == "Yes, thank you. Gracias."
        assert mind.silence(2.5) == [HangUp()]

    def test_nobody_pleads_for_ever(self) -> None:
        mind = Mind.load("spanish")
        lines = [said(mind.hear("Which area are you looking in?")) for _ in range(5)]
        assert lines[-1] == "Gracias. Bye."
        assert mind.silence(2.5) == [HangUp()]


class TestStaff:
    def test_the_announcement_is_accepted_with_a_one(self) -> None:
        assert Mind.load("staff").hear(WHISPER.format(side="buyer")) == [Press("1")]

    def test_an_announcement_in_pieces_is_too(self) -> None:
        mind = Mind.load("staff")
        assert mind.hear("Harbor Realty. Maria Lopez, seller lead.") == [Wait()]
        assert mind.hear("press one to connect") == [Press("1")]
        assert "address" in said([*mind.hear("Hello?"), *mind.hear("Yes.")])

    def test_a_missed_press_one_is_made_up_for(self) -> None:
        mind = Mind.load("staff")
        mind.hear("Harbor Realty. Maria Lopez, buyer lead.")
        assert mind.silence(4.0) == [Press("1")]

    def test_the_lead_is_greeted_by_name_when_somebody_answers(self) -> None:
        mind = Mind.load("staff")
        mind.hear(WHISPER.format(side="buyer"))
        assert mind.silence(6.0) == [Wait()]
        assert said(mind.hear("Hello?")).startswith("Hi Maria, this is Sam")

    def test_an_opt_out_is_respected(self) -> None:
        mind = Mind.load("staff")
        mind.hear(WHISPER.format(side="buyer"))
        assert "won't call you again" in said(mind.hear("Stop calling me."))


def conversation(persona: str, chance: random.Random | None = None) -> tuple[list[str], bool]:
    """A staff member and a lead on the line, each hearing what a recognizer made of the other; whether it ended."""
    lead, staff = Mind.load(persona, name="Maria Lopez"), Mind.load("staff")
    staff.hear(WHISPER.format(side=lead.persona.goal))
    listener, other, words, lines = staff, lead, "Hello?", ["Hello?"]
    lead.on_answer()
    for _ in range(60):
        acts, waited = listener.hear(misheard(words, chance)), 0.0
        while acts == [Wait()]:
            waited += 1.0
            listener, other = other, listener
            acts = listener.silence(waited)
        spoken = said(acts)
        lines += [spoken] if spoken else []
        if any(isinstance(act, HangUp) for act in acts):
            return lines, True
        words, listener, other = spoken, other, listener
    return lines, False


@pytest.mark.parametrize("persona", ["buyer", "seller", "interrupter", "skeptic"])
def test_staff_and_lead_come_to_a_natural_end(persona: str) -> None:
    lines, ended = conversation(persona)
    assert ended
    assert 16 <= len(lines) <= 24
    assert "Goodbye" in lines[-1]


@pytest.mark.parametrize("persona", ["buyer", "seller"])
def test_they_end_as_well_when_they_hear_each_other_badly(persona: str) -> None:
    talks = [conversation(persona, random.Random(seed)) for seed in range(100)]
    assert all(ended for _, ended in talks)
    assert sorted(len(lines) for lines, _ in talks)[95] <= 28
