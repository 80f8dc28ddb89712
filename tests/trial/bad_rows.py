"""One bad row ends calls."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = (
    Item(
        "C1",
        'zone `Central` or `CST`, areas `["Mueller"]`, a staff profile with zone `Central` or workdays `5`',
        "a column was used as if a form of ours had written it, deep inside a call or in a list of all staff",
        "every JSON column, zone and language of every row reads as one of its kind; frozen snapshots, dates out of "
        "all time, lists made row by row; forms refuse; a check names the rows; without an opening no call is placed; "
        "the apology names who calls",
        (
            "tests/leads/models/test_zones.py",
            "tests/leads/models/test_shapes.py",
            "tests/leads/models/test_base.py",
            "tests/leads/test_row_by_row.py",
            "tests/leads/profile/test_known_values.py",
            "tests/leads/admin/test_staff.py::test_what_is_no_zone_and_no_weekday_is_refused",
            "tests/leads/admin/test_preferences.py::test_json_of_another_shape_is_refused",
            "tests/leads/scheduling/test_on_duty.py::test_a_profile_others_wrote_keeps_nobody_from_the_phone",
            "tests/leads/scheduling/test_availability.py::"
            "test_a_profile_others_wrote_leaves_everybody_their_free_times",
            "tests/calls/agent/test_colleagues.py::test_a_profile_others_wrote_stops_no_transfer",
            "tests/calls/agent/test_lead_facts.py::test_a_snapshot_of_another_shape_is_told_as_far_as_it_can_be",
            "tests/calls/lifecycle/test_placing.py::"
            "test_rows_others_wrote_stop_no_call_and_add_no_line_to_what_the_model_is_told",
            "tests/calls/lifecycle/test_placing.py::test_a_call_that_could_not_say_who_calls_is_not_placed",
            "tests/calls/lifecycle/test_placing.py::test_a_call_whose_opening_cannot_be_made_of_its_rows_is_not_placed",
            "tests/calls/lifecycle/test_placing.py::test_a_call_that_cannot_be_placed_keeps_no_other_waiting",
            "tests/calls/carrier/test_twiml.py::test_an_end_without_words_says_who_called_and_where_to_call_back",
            "tests/calls/operations/test_row_checks.py",
        ),
    ),
    Item(
        "C2",
        "language `Spanish` or `en_US`; TIME_ZONE=America/New_York and a new lead, member of staff, listing",
        "a language was any text of twelve characters, and the default zone a constant",
        "one list of the tags that all recognizers take, for forms, rows and vendors; zone defaults read TIME_ZONE",
        (
            "tests/leads/models/test_languages.py",
            "tests/leads/models/test_zones.py::test_new_rows_are_in_the_zone_of_the_brokerage",
            "tests/leads/admin/test_lead.py::test_language_and_zone_are_chosen_from_those_we_know",
        ),
    ),
    Item(
        "C3",
        '1 MB of motivation, 10 000 areas, an area of several lines, NaN, 1e400, brackets, NUL in an id, "Texas"',
        "arguments were checked for their kind and not for their size, and rows were told to the model as they stood",
        "every text of every tool has its column's width and stays on one line, rows and frozen facts too; numbers are "
        "finite; ids, names, depth and length of arguments; doubts and the database's own failures are answered",
        (
            "tests/calls/agent/tools/test_extremes.py",
            "tests/leads/test_text.py",
            "tests/leads/listings/test_states.py",
            "tests/calls/lifecycle/test_placing.py::"
            "test_rows_others_wrote_stop_no_call_and_add_no_line_to_what_the_model_is_told",
        ),
    ),
)
