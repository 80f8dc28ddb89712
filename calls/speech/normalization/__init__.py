"""Written text in the words a person would say on the phone: "$450,000", "1204 W 6th St", "3 bd / 2.5 ba". Pure.

The voices are sent plain words, no SSML. Of Polly's `<say-as>` neural voices know a part: with `characters` the whole
sentence comes in the standard voice, at the neural voice's price, and no value of it says how a house number or a ZIP
code is read (docs.aws.amazon.com/polly/latest/dg: supportedtags.html, say-as-tag.html). Words are the same for every
voice and for the carrier's `<Say>`; there is no markup, so nothing in a model's text can be taken for some, and nothing
needs escaping. And how many letters are left to be said is how much is left to be heard.

The transcript and the model's memory keep what was written. English only, like the agent's fixed words.
"""

from functools import lru_cache

from calls.speech.normalization import codes, dates, measures, money, signs, streets

# In this order: what looks like something longer comes before its parts, plain numbers come last.
RULES = (
    *signs.FRACTIONS,
    *codes.RULES,
    *money.RULES,
    *dates.DAYS,
    *streets.RULES,
    *signs.RANGES,
    *dates.CLOCK,
    *measures.RULES,
    *signs.RULES,
)
MOST_ROUNDS = 8  # what one rule leaves, another may take up
REMEMBERED = 512  # texts: the fixed sentences are asked for on every call


@lru_cache(REMEMBERED)
def normalize(text: str) -> str:
    """The text as it is said: no digit is left, nor an abbreviation of an address, a unit or a date.

    Said again it is the same. Each digit of a phone number, a listing number or a ZIP code is one word.
    """
    for _ in range(MOST_ROUNDS):
        said = _once(text)
        if said == text:
            break
        text = said
    return text


def _once(text: str) -> str:
    for pattern, words in RULES:
        text = pattern.sub(words, text)
    return text
