"""Guards that let through, guards that catch too much."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = (
    Item(
        id="D1",
        tried='"At three p.m. tomorrow", "Ten a.m. Tuesday", "On the first at three p.m.", "Ten works" of '
        "Tuesday 10 or "
        "Wednesday 2",
        root="A time took the day named before it, or else any day; an offered hour was compared without its day",
        kind="Days before, after and apart from their time, dates, relative days and weeks, noon and "
        "quarters, times and "
        "days turned down, two days or hours named, a weekday that disagrees with its date, next "
        "Tuesday, a time that a "
        "later one replaced, and the same rule for the engine that hears for itself",
        tests=(
            "tests/calls/understanding/test_spoken_times.py",
            "tests/calls/understanding/test_spoken_days.py",
            "tests/calls/understanding/test_confirmation.py::test_an_hour_offered_on_one_day_is_not_booked_on_another",
            "tests/calls/understanding/test_confirmation.py::test_a_day_named_after_the_hour_is_the_day_that_is_booked",
            "tests/calls/understanding/test_confirmation.py::test_a_time_the_caller_has_replaced_is_agreed_to_no_more",
            "tests/calls/understanding/test_confirmation.py::"
            "test_an_engine_that_hears_for_itself_books_no_other_day_than_its_words_of_agreement_name",
        ),
    ),
    Item(
        id="D2",
        tried='keys 99 and 9#; "No me llame mas", "I revoke my consent", "S T O P"; "Wait, stop, one question"',
        root="One pattern for a few English phrasings, one key exactly, and no answer between a wish and none",
        kind="The words of 47 CFR 64.1200(a)(10), lists, consent, threats, Spanish, spelled words, "
        "mis-hearings; a third "
        "answer, asked about by both engines; a yes, a silence or a hang-up after the question",
        tests=(
            "tests/calls/compliance/test_opt_out_words.py",
            "tests/calls/compliance/test_opt_out.py",
            "tests/calls/conversational/test_understanding.py::"
            "test_a_stop_with_more_words_behind_it_is_asked_about_first",
            "tests/calls/conversational/test_turn.py",
            "tests/realtime/session/test_opt_out_listener.py",
            "tests/realtime/session/test_call_session.py::"
            "test_a_stop_with_more_words_behind_it_is_asked_about_and_a_yes_ends_the_call",
            "tests/realtime/session/test_call_session.py::test_who_hangs_up_before_it_is_cleared_up_is_left_alone",
        ),
    ),
    Item(
        id="D3",
        tried="a caller +266696687 presses 9; a lead who asked for no calls calls in",
        root="Whatever looked like E.164 was a number; the promise did not ask the gate",
        kind="All words the carrier spells on a keypad, SIP, tel and display forms, impossible numbers; "
        "every rule of the "
        "gate that no waiting lifts; tasks to call back a suppressed number",
        tests=("tests/calls/call_flows/test_caller_number.py", "tests/calls/call_flows/test_inbound.py"),
    ),
    Item(
        id="D4",
        tried="finish_reason length and content_filter; response.done incomplete",
        root="Why an answer ended was not read: half a sentence counted as an answer",
        kind="Tools in such an answer, answers begun early, two in a row, nothing said before; both faults "
        "in the sandbox",
        tests=(
            "tests/calls/conversational/generation/test_llm_turn.py",
            "tests/realtime/bridge/turns/test_response_timeouts.py",
            "tests/sandbox/openai/chat/test_faults.py",
            "tests/sandbox/openai/realtime/test_faults.py::test_realtime_incomplete_ends_in_the_middle_of_a_sentence",
        ),
    ),
    Item(
        id="D5",
        tried="staff end a conversational call in the middle of an answer",
        root="A line was written when its document was made, whether or not the line was there to play it",
        kind="Answers and fillers made after the end, the prompt that was playing at the end",
        tests=(
            "tests/calls/call_log/test_transcript.py",
            "tests/calls/conversational/test_turn_log.py",
        ),
    ),
    Item(
        id="D6",
        tried="silence after the opening; a take-over; the longest silence of the soak",
        root="The lead-in of one second also followed an opening that asks; <Dial> without answerOnBridge is "
        "silent while "
        "it whispers, and North American ringing pauses for 4 s; a session waited for its tools and "
        "rows before it gave "
        "the line up",
        kind="Every opening that ends with a question, also after a transfer; every ringing of a colleague",
        tests=(
            "tests/realtime/bridge/test_bridge.py::test_an_opening_that_asks_something_leaves_time_for_the_answer",
            "tests/calls/call_flows/test_warm_transfer.py::"
            "test_the_leads_line_dials_the_colleague_and_hears_the_ringing",
            "tests/sandbox/twilio/line/test_tones.py",
            "tests/realtime/session/test_handoff.py",
        ),
    ),
    Item(
        id="D7",
        tried="a verdict told again after its redirect failed; a lost stream after a machine; a process "
        "killed in an answer",
        root="News was whether a verdict had come, not whether it had worked; the carrier came before the proof was "
        "written; only realtime spans said who let a call go",
        kind="A process that died between the two; any lost stream, not only after a machine; steps of ended calls",
        tests=(
            "tests/calls/call_flows/test_answering_machine.py",
            "tests/calls/conversational/test_entries.py::"
            "test_an_opening_whose_proof_is_written_as_the_carrier_asks_is_not_said_again",
            "tests/calls/test_sweep.py::"
            "test_a_conversational_call_whose_process_died_in_an_answer_was_cut_off_and_not_hung_up",
        ),
    ),
)
