"""How somebody is addressed whose name was typed by anybody, or came with a feed. Pure."""

import re

from calls.speech.normalization import readable
from calls.speech.normalization.internet import ADDRESSES

LONGEST = 40  # characters; a longer first name is a text
_ADDRESS = re.compile(ADDRESSES, re.IGNORECASE)
_END_OF_A_ROW = re.compile(r"(?<=[^\W\d_]{4})\.(?=\s|$)")
_NO_NAME = re.compile(r"[^\w\s\u0300-\u036f'’.-]|[\d_]")


def spoken_name(written: str) -> str:
    """Return the name as it can be said and stand in a transcript; "" when there is none in the text.

    "MARIA 🏡" is Maria. A link, an e-mail address or a phone number is no name, and nobody is called by it.
    """
    words = _NO_NAME.sub(" ", _ADDRESS.sub(" ", readable(written))).split()
    name = _END_OF_A_ROW.sub("", " ".join(word for word in words if any(map(str.isalpha, word))))
    if name.isupper() and len(name) > 2:
        name = "".join(map(_calm, re.split(r"([\s'’.-]+)", name)))
    return name if len(name) <= LONGEST else name[: LONGEST + 1].rpartition(" ")[0]


def _calm(word: str) -> str:
    return word if re.fullmatch("[IVX]{2,}", word) else word.capitalize()  # "III" is no name
