"""Tell a mailbox, a call-screening assistant and a person apart by their words, and choose the next move. Pure.

Machine detection says "machine" for both (failure mode 22), and sometimes for a person with a long greeting.
"""

import re
from enum import StrEnum

MOST_INTRODUCTIONS = 2
MOST_HEARD = 8  # things heard before nobody is waited for any longer
_ASSISTANT = re.compile(
    r"reason (?:for|of) (?:your|the|this) call|reason you(?:'re| are) calling|why you(?:'re| are) calling|"
    r"what (?:is this|this is|it's|is it) (?:about|regarding|concerning)|screening|screened|call assist|"
    r"who(?:'s| is) (?:this|calling|speaking)|may i ask who|"
    r"(?:state|say|record|tell me) your (?:full )?name(?! and (?:phone )?number)"
)
_HOLD = re.compile(
    r"(?:please|just|can you) (?:hold|wait|stay)|hold (?:on|please|the line)|stay on the line|"
    r"(?:one|a|just a) (?:moment|second|minute)|(?:connecting|while i connect) you|putting you through"
)
_MAILBOX = re.compile(
    r"leave (?:me |us |him |her |them )?(?:a|your|the) (?:brief |short |detailed |quick )?(?:voice ?)?(?:message|name)|"
    r"voice ?mail|mail ?box|(?:after|at|wait for) the (?:tone|beep)|(?:can't|cannot|can not|unable to) "
    r"(?:come to|take|get to|answer)|not available|unavailable|has not been set up|get back to you|good ?bye"
)
_PERSON = re.compile(r"(?:hello|hi|hey|yes|yeah|yep|speaking|(?:is )?any(?:body|one)(?: there)?|can you hear me)")


class Move(StrEnum):
    """What we do next on the line."""

    HANG_UP = "hang_up"
    INTRODUCE = "introduce"  # say who calls and why, and wait
    LISTEN = "listen"
    TALK = "talk"  # a person is there: begin the conversation
    OPT_OUT = "opt_out"  # asked not to be called again: say so and hang up; `next_move` leaves this to the opt-out rule


def next_move(words: str, *, introduced: int, heard: int) -> Move:
    """The move after `words` ("": silence), given how often we introduced ourselves and how much we heard before.

    When the words fit no pattern, machine detection is believed until we have introduced ourselves; after that a
    person is assumed.
    """
    plain = words.lower().replace("’", "'")
    if heard >= MOST_HEARD:
        return Move.HANG_UP
    if (asked := _ASSISTANT.search(plain)) and not _HOLD.search(plain, asked.end()):
        return Move.INTRODUCE if introduced < MOST_INTRODUCTIONS else Move.LISTEN
    if _MAILBOX.search(plain) and not _HOLD.search(plain):
        return Move.HANG_UP
    if _HOLD.search(plain):
        return Move.LISTEN
    if _sounds_like_a_person(plain):
        return Move.TALK
    if not introduced:
        return Move.HANG_UP
    return Move.TALK if plain else Move.LISTEN


def _sounds_like_a_person(words: str) -> bool:
    parts = [part.strip() for part in re.split(r"[^a-z' ]+", words)]
    return any(parts) and all(_PERSON.fullmatch(part) for part in parts if part)
