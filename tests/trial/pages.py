"""Processes and pages."""

from tests.trial.items import Item

ITEMS = (
    Item(
        "H1",
        "the terminal of `make demo` is closed; health is asked by address over http; two demos on one folder",
        "only Ctrl-C and SIGTERM were waited for; health stood behind the checks of visitors; nothing held the folder",
        "the demo killed outright; a process that does not end when asked; nohup; any host name, IPv6, none at all",
        (
            "tests/demo/test_undertaker.py",
            "tests/calls/operations/test_health.py::test_health_is_asked_by_any_address_over_plain_http",
        ),
    ),
    Item(
        "H2",
        "a list, a page and a button after the session is over, while the server restarts, when a call starts or ends",
        "htmx followed the redirect to the login by itself; forms left their page; lists asked for news only in a call",
        "every redirect of a request by htmx or page.js names the page to go to; a form that is sent once stays on its "
        "page until it is answered; each list, and a lead's page, asks for news; what needs the line is off without it",
        (
            "tests/realestate/test_htmx.py",
            "tests/browser/test_calling.py::test_nothing_can_be_ended_while_the_server_is_away_and_the_page_stays",
            "tests/browser/test_calling.py::"
            "test_an_open_list_shows_a_call_that_comes_and_then_the_login_when_the_session_is_over",
        ),
    ),
    Item(
        "H3",
        'live comparison at 1440 px, "Realtime failed (deploy)", a phone without back office and tel: links',
        "codes were shown with their underscores taken out; titles shared a row with buttons",
        "every reason of a fallback, a handover and a failed call has words, and an unknown code is said to be one",
        (
            "tests/calls/dashboard/test_reasons.py",
            "tests/leads/models/test_base.py::test_a_name_turns_no_page_whether_it_is_old_new_or_of_a_bulk",
            "tests/leads/models/test_base.py::test_a_colleagues_name_turns_no_page_either",
            "tests/browser/test_pages.py::test_titles_stay_whole_and_a_phone_has_the_way_to_the_back_office",
        ),
    ),
    Item(
        "H4",
        'a newcomer\'s lists and figures are empty, and a timeline says "Reached by phone" beside "Never called"',
        "the demo's leads had attempts and contacts, but no calls",
        "attempts, first attempt, first contact, timeline, outcome, suppression and appointments all come from calls",
        (
            "tests/demo/test_seeding.py::test_what_a_lead_has_been_through_is_told_by_calls_that_are_there",
            "tests/demo/test_seeding.py::test_the_calls_are_of_every_type_and_of_most_outcomes_and_each_page_shows_them",
            "tests/demo/test_seeding.py::test_who_asked_not_to_be_called_said_so_on_a_call",
        ),
    ),
)
