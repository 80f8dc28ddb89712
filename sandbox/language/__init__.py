"""What people say on the phone about homes, as text a recognizer wrote down: numbers, questions, short replies.

Shared by the deterministic agent and by the callers. Everything here is pure and expects the slips of a small
recognizer: missing punctuation, lower case, digits for words, dropped words.
"""


def words(text: str) -> list[str]:
    """A word list written as one line of text."""
    return text.split()
