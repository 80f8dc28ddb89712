"""Accounts: guessing their passwords, and the ones whose password is published."""

from tests.trial.items import Item

GUARD = "tests/realestate/test_login_guard.py"
SEED = "tests/demo/test_published_password.py"

ITEMS: tuple[Item, ...] = (
    Item(
        "A5",
        "ten bad tries of a stranger behind an unnamed proxy lock the owner out; a new header evades the lock; 25 "
        "users from one address are never limited",
        "failures were counted per name and address together, and the address was the proxy's, or what "
        "the visitor claimed",
        "per address and per name too; a browser known to the name is counted by itself; IPv6 by /64; what is no "
        "address; FORWARDED_ALLOW_IPS read from .env, named by a check when it is * or missing; no names in the log",
        (GUARD, "tests/calls/operations/test_checks.py"),
    ),
    Item(
        "A6",
        "manage.py seed_demo with a public PUBLIC_URL makes a superuser with a published password",
        "the command did not look where it was",
        "any real vendor; an address in the office's network; the flag asks for a password and refuses known ones; "
        "accounts that have the published password already are named before a deployment",
        (SEED,),
    ),
)
