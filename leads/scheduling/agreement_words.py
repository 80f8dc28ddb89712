"""A caller's yes and no: the one vocabulary that confirms a value that was read back and accepts an offered time. Pure.

A value that was read back needs a clear yes. An offered time may also be accepted by naming it ("Tuesday at two is
fine"), so there anything counts that neither turns it down nor leaves it open.
"""

import re

YES = re.compile(
    r"\b(yes|yeah|yep|yup|yea|yah|sure|okay|ok|right(?! (now|away|there|here))|alright"
    r"|correct|exactly|absolutely|definitely|indeed|perfect|fine"
    r"|of course|you got it|that's it|that is it|sounds good|sounds great|works|let's do (it|that)|go ahead|please do"
    r"|mhm|mm-?hmm|uh-?huh|affirmative|that's what i said)\b"
)
NO_FIRST = re.compile(
    r"^\W*((um|uh|oh|well|actually|wait|sorry)\W+)*(no|nope|nah|not|never|wrong|incorrect|neither|none)\b"
)
NO_ANYWHERE = re.compile(
    r"\b(not (right|correct|quite|really|what|exactly|sure)|isn't|is not|wasn't|didn't|did not|don't|do not|doesn't"
    r"|does not|wrong|incorrect|neither|none of)\b"
)
TURNS_DOWN = re.compile(  # says nothing against a value ("I can't go higher"), but does against an offered time
    r"\b(nothing|can't|cannot|can not|won't|will not|wouldn't|shouldn't|not now|not yet|rather not|changed my mind"
    r"|another time|some other time|call me later|cancel)\b"
)
UNDECIDED = re.compile(r"\b(maybe|perhaps|let me think|think about it|hold on|wait a)\b")
NO_THAT_MEANS_YES = re.compile(
    r"\b(no (problem|worries|doubt)|not a problem|why not|(can't|cannot) wait|(don't|do not) (mind|forget|worry))\b"
)
NO_THAT_MEANS_NOTHING = re.compile(r"\bdoesn't matter\b")
CHOICE = re.compile(  # "No, Tuesday works better" turns one time down and takes the other
    r"\b(works|is (good|fine|great|better|perfect)|sounds (good|great|fine)|let's (do|go with)|book (it|that)|go ahead"
    r"|i'll take)\b"
)
WORD = re.compile(r"[a-z0-9]")


def says_yes(words: str) -> bool:
    """Whether the words confirm what was read back: a yes without a no or a maybe; "Yes? Who is this?" does not."""
    plain = _plain(words)
    asks = words.rstrip().endswith("?")
    return bool(YES.search(plain)) and not asks and not says_no(words) and not UNDECIDED.search(plain)


def says_no(words: str) -> bool:
    """Whether the words deny what was read back; "no problem" does not."""
    plain = _plain(words)
    return bool(NO_FIRST.search(plain) or NO_ANYWHERE.search(plain))


def accepts_offered_time(words: str) -> bool:
    """Whether the words accept an offered time; silence, a refusal and a maybe do not."""
    plain = _plain(words)
    if not WORD.search(words.lower()) or any(each.search(plain) for each in (NO_ANYWHERE, TURNS_DOWN, UNDECIDED)):
        return False
    return not NO_FIRST.search(plain) or bool(CHOICE.search(plain))


def _plain(words: str) -> str:
    """Lower case, with straight apostrophes, and without words of denial that deny nothing."""
    plain = words.lower().replace("’", "'").strip()
    return NO_THAT_MEANS_NOTHING.sub(" ", NO_THAT_MEANS_YES.sub(" yes ", plain))
