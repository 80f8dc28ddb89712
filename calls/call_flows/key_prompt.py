"""Asking the person on the line for one key: the `<Gather>` that waits for it, and the key that connects.

A person whose phone rings for a lead must press 1 before the two are connected: a mailbox that picked up presses
nothing. Somebody who calls us presses a key to opt out.
"""

from xml.etree.ElementTree import Element

from calls.carrier import twiml

CONNECT_KEY = "1"
CONNECT_SECONDS = 8  # of silence after the question


def ask_for_key(*words: Element, action: str, seconds: int = CONNECT_SECONDS) -> Element:
    """Say `words` and wait for one key, which the carrier posts to `action`; without a key the document goes on."""
    return twiml.verb("Gather", *words, num_digits=1, timeout=seconds, action=action, method="POST")


def is_connect_key(digits: str) -> bool:
    """Whether these digits, as the carrier posts them, are the key that connects."""
    return digits.strip() == CONNECT_KEY
