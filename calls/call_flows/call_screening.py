"""What to do about who answers in a person's place, by its words alone: a mailbox, an assistant that screens. Pure.

Machine detection says "machine" to both alike (failure mode 22), and sometimes to a person with a long greeting.
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
    """What the line does next."""

    HANG_UP = "hang_up"
    INTRODUCE = "introduce"  # say who calls and why, and wait
    LISTEN = "listen"
    TALK = "talk"  # a person is there: begin the conversation
    OPT_OUT = "opt_out"  # asked not to be called again: say so and hang up; `next_move` leaves this to the opt-out rule


def next_move(words: str, *, introduced: int, heard: int) -> Move:
    """What follows on `words` ("": silence), after that many introductions of ours and things heard before.

    Where nothing is recognised in the words, machine detection is believed until we have said who we are, and a
    person assumed from then on.
    """
    told = words.lower().replace("’", "'")
    if heard >= MOST_HEARD:
        return Move.HANG_UP
    if (asked := _ASSISTANT.search(told)) and not _HOLD.search(told, asked.end()):
        return Move.INTRODUCE if introduced < MOST_INTRODUCTIONS else Move.LISTEN
    if _MAILBOX.search(told) and not _HOLD.search(told):
        return Move.HANG_UP
    if _HOLD.search(told):
        return Move.LISTEN
    if _sounds_like_a_person(told):
        return Move.TALK
    if not introduced:
        return Move.HANG_UP
    return Move.TALK if told else Move.LISTEN


def _sounds_like_a_person(told: str) -> bool:
    parts = [part.strip() for part in re.split(r"[^a-z' ]+", told)]
    return any(parts) and all(_PERSON.fullmatch(part) for part in parts if part)
