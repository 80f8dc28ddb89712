"""Strangers and floods."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = (
    Item(
        id="A7",
        tried="an agent posts another agent's lead id in the appointment form; `?stream_token__regex=^a` on the calls",
        root="Forms, inlines and look-ups asked the model for its rows, and not the list that knows who may see them; "
        "Django lets every column be asked for by its address",
        kind="Every relation of every form and inline, autocompletion by any model's relation, filled-in addresses, "
        "actions with posted ids, rows of others posted into an inline, history pages and recent actions, filters by "
        "colleague, dates without end, rights given by who has none",
        tests=(
            "tests/leads/admin/test_office.py",
            "tests/leads/admin/test_lookups.py",
            "tests/leads/test_office_site.py",
        ),
    ),
    Item(
        id="A8",
        tried="Back after logging out; a token of a year ago; a page of another site posts to `/sandbox/faults`",
        root="Only pages that remembered to say so were not stored; a token had no end; the sandbox believed its Host",
        kind="All addresses of the product without a session and with one; tokens seen and revoked by their owner and "
        "managers alone; every control call and every reading page, DNS rebinding, WebSockets before they are accepted",
        tests=(
            "tests/realestate/test_private_pages.py",
            "tests/calls/api/test_tokens.py",
            "tests/calls/test_admin.py",
            "tests/calls/management/commands/test_api_token.py",
            "tests/sandbox/web/test_guard.py",
        ),
    ),
)
