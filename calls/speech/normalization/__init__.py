"""Normalize text for a voice: write "$450,000", "1204 W 6th St", "3 bd / 2.5 ba" as the words a person would say. Pure.

Voices get plain words, not SSML. Polly's neural voices support only part of `<say-as>`: with `characters` the whole
sentence comes in the standard voice, at the neural voice's price, and no value of it says how a house number or a ZIP
code is read (docs.aws.amazon.com/polly/latest/dg: supportedtags.html, say-as-tag.html). Words are the same for every
voice and for the carrier's `<Say>`. Without markup, nothing in a model's text can be taken for markup and nothing needs
escaping. And the number of letters left to say tells how much is left to hear.

The transcript and the model's context keep the written text. English only, like the agent's fixed phrases.
"""

from functools import lru_cache

from calls.speech.normalization import codes, dates, measures, money, signs, streets

# The order matters: longer forms come before their parts, plain numbers last.
RULES = (
    *signs.FRACTION_SIGNS,
    *codes.RULES,
    *money.RULES,
    *dates.DAYS,
    *streets.RULES,
    *signs.RANGES,
    *dates.CLOCK,
    *measures.RULES,
    *signs.RULES,
)
MOST_PASSES = 8  # one rule's result may be another rule's input
REMEMBERED = 512  # texts: the fixed sentences are asked for on every call


@lru_cache(REMEMBERED)
def normalize(text: str) -> str:
    """Return the text as it is said: without digits and without abbreviations of addresses, units and dates.

    Normalizing the result again changes nothing. Each digit of a phone, listing or ZIP number becomes one word.
    """
    for _ in range(MOST_PASSES):
        said = _one_pass(text)
        if said == text:
            break
        text = said
    return text


def _one_pass(text: str) -> str:
    for pattern, words in RULES:
        text = pattern.sub(words, text)
    return text
