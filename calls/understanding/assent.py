"""Whether a caller's words agree to what was just asked, or deny it. Pure."""

import re

ASSENT = re.compile(
    r"\b(yes|yeah|yep|yup|yea|yah|sure|okay|ok|right(?! (now|away|there|here))|alright"
    r"|correct|exactly|absolutely|definitely|indeed|perfect|fine"
    r"|of course|you got it|that's it|that is it|sounds good|sounds great|works|let's do (it|that)|go ahead|please do"
    r"|mhm|mm-?hmm|uh-?huh|affirmative|that's what i said)\b"
)
DENIAL = re.compile(
    r"^\W*((um|uh|oh|well|actually|wait|sorry)\W+)*(no|nope|nah|not|wrong|incorrect|neither|none)\b"
    r"|\b(not (right|correct|quite|really|what|exactly|sure)|isn't|is not|wasn't|didn't|did not|don't|do not|doesn't"
    r"|does not|wrong|incorrect|neither|none of)\b"
)
DENIES_NOTHING = re.compile(r"\b(no (problem|worries|doubt)|why not|don't (mind|forget|worry)|not a problem)\b")


def assents(words: str) -> bool:
    """Whether the words agree, without a denial beside it; "Yes? Who is this?" does not."""
    asks = words.rstrip().endswith("?")
    return bool(ASSENT.search(_plain(words))) and not asks and not denies(words)


def denies(words: str) -> bool:
    """Whether the words say no; "no problem" does not."""
    return bool(DENIAL.search(_plain(words)))


def _plain(words: str) -> str:
    return DENIES_NOTHING.sub(" yes ", words.lower().replace("’", "'").strip())
