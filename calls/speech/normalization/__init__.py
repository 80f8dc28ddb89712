"""Normalize text for a voice: write "$450,000", "1204 W 6th St", "3 bd / 2.5 ba" as the words a person would say. Pure.

Voices get plain words, not SSML. Polly's neural voices support only part of `<say-as>`: with `characters` the whole
sentence comes in the standard voice, at the neural voice's price, and no value of it says how a house number or a ZIP
code is read (docs.aws.amazon.com/polly/latest/dg: supportedtags.html, say-as-tag.html). Words are the same for every
voice and for the carrier's `<Say>`. Without markup, nothing in a model's text can be taken for markup and nothing needs
escaping. And the number of letters left to say tells how much is left to hear.

Two texts come of what a model, a feed or somebody's name says: `readable`, without markup and signs nobody sees or
says, stands in the transcript; `normalize`, the words of that, is for the ear. English only, like the agent's fixed
phrases.
"""

import re
from functools import lru_cache

from calls.speech.normalization import codes, dates, internet, measures, money, signs, streets, timestamps
from calls.speech.normalization.characters import plain_characters
from calls.speech.normalization.markup import without_markup

DIGITS, DIGITS_OR_DASHES, ALWAYS = re.compile("[0-9]"), re.compile("[0-9–—-]"), re.compile("")
# What a text must hold for these rules to be tried; the order matters: longer forms come before their parts, plain
# numbers last, and then what has no words.
STAGES = (
    (re.compile("[@#./:_-]"), internet.RULES),
    (re.compile("[0-9/]|noon|midnight"), timestamps.RULES),
    (re.compile("[0-9½-¾⅓-⅞]"), signs.FRACTION_SIGNS),
    (ALWAYS, codes.RULES),
    (re.compile("[0-9¢]"), money.RULES),
    (DIGITS_OR_DASHES, dates.DAYS),
    (ALWAYS, streets.RULES),
    (DIGITS, signs.RANGES),
    (DIGITS_OR_DASHES, dates.CLOCK),
    (ALWAYS, measures.RULES),
    (DIGITS, codes.NUMBERS_TO_CALL),
    (ALWAYS, signs.RULES),
    (ALWAYS, signs.WITHOUT_WORDS),
)
MOST_PASSES = 8  # one rule's result may be another rule's input
REMEMBERED = 512  # texts: the fixed sentences are asked for on every call


@lru_cache(REMEMBERED)
def readable(text: str) -> str:
    """Return the text on one line as somebody would write it who cannot use markup: for transcripts, and to be said.

    Reading the result again changes nothing.
    """
    for _ in range(MOST_PASSES):
        plain = without_markup(plain_characters(text))
        if plain == text:
            break
        text = plain
    return text


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
    text = readable(text)
    for asked, rules in STAGES:
        if asked.search(text):
            for pattern, words in rules:
                text = pattern.sub(words, text)
    return text
