"""Stars out profanity in recognized speech: <Gather profanityFilter>. Pure."""

import re

# A few of the words Twilio's recognizers know; their list is not published.
_WORDS = "asshole bastard bitch bullshit cunt damn dick fuck goddamn motherfucker piss shit slut whore"
_ENDINGS = "s|es|ed|er|ers|in|ing|y|ty|ting"
_PROFANE = re.compile(rf"\b({'|'.join(_WORDS.split())})({_ENDINGS})?\b", re.IGNORECASE)


def starred(text: str) -> str:
    """The text with asterisks for all but the first letter of each such word, as Twilio writes them."""
    return _PROFANE.sub(lambda word: word[0][0] + "*" * (len(word[0]) - 1), text)
