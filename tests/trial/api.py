"""The JSON API."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = (
    Item(
        id="I1",
        tried='`{"type": "conversational", "agentmode": "seller", "userID": "omar"}`; `?leadId=`; a repeat with its '
        '`Idempotency-Key` after the call\'s end; HEAD; `/api/calls/`; `{"type": null}`',
        root="Bodies and queries were read for the names they should hold, and never looked at for others; keys were "
        "not read; the description was made of Python's types, which say None where nothing was given",
        kind="Every body and every query of every operation, names in another case or with underscores, names given "
        "twice; repeats at the same time, of another body, address or user, after a refusal, after a carrier's silence "
        "and after a process that died; flags as numbers or words; made-up requests of both kinds to all operations",
        tests=(
            "tests/calls/api/test_unknown_names.py",
            "tests/calls/api/test_idempotency.py",
            "tests/calls/api/test_schemas.py",
            "tests/calls/api/test_errors.py",
            "tests/calls/api/test_fuzz.py",
        ),
    ),
)
