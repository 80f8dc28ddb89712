"""Intake and back office."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = (
    Item(
        id="F1",
        tried="`512-555-2001 x45`, `ext. 12`, `;ext=7`, `,,45`; a number pasted with U+2011 or a no-break space",
        root="A number was stored as E.164 alone, without its extension; the search knew ASCII hyphens and spaces",
        kind="Numbers of leads, colleagues and suppressions; two numbers in one box; unseen characters, other digits, "
        "labels, schemes; extensions shown, dialed (SendDigits, tel:), searched; two leads at one switchboard",
        tests=(
            "tests/leads/test_phone_numbers.py",
            "tests/leads/admin/test_phones.py",
            "tests/calls/lifecycle/test_placing.py::test_an_extension_is_dialed_once_the_switchboard_has_picked_up",
            "tests/calls/lifecycle/test_placing.py::test_a_test_line_has_no_extension_and_a_colleagues_is_dialed",
            "tests/calls/call_flows/test_regular.py::test_the_leads_extension_is_dialed_from_the_staffs_call",
            "tests/calls/call_flows/test_warm_transfer.py::test_a_colleagues_extension_is_dialed",
        ),
    ),
    Item(
        id="F2",
        tried="a second open appointment of a type, the same home twice in one save; 10:00 in Chicago named 10:00 UTC; "
        'a booking by hand; "Call: realtime" on ten leads and on a page with edits; deleting a lead that was called',
        root="Django leaves out constraints that name a column of another form; times were written as they came in; "
        "the admin saved rows without the services that write the timeline; actions asked nothing; calls protect leads",
        kind="Every rule of every model with a form, broken through it; what no column holds; two saves at once; "
        "moving, calling off and deleting by hand; every column of every table after erasing",
        tests=(
            "tests/leads/admin/test_every_constraint.py",
            "tests/leads/admin/test_constraints.py",
            "tests/leads/admin/test_appointment.py",
            "tests/leads/scheduling/test_by_hand.py",
            "tests/calls/lead_actions/test_admin.py",
            "tests/calls/lead_actions/test_erasure.py",
            "tests/leads/test_erasure.py",
        ),
    ),
)
