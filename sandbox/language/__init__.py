"""What people say on the phone about homes, as a recognizer writes it down: numbers, questions, short replies. Pure.

Decided here: how such text is understood, with the errors of a small recognizer: missing punctuation, lower case,
digits for words, dropped words. Imported by ``callers`` and ``openai.agent``. Tests: ``tests/sandbox/language/``.
"""


def words(text: str) -> list[str]:
    """A word list written as one line of text."""
    return text.split()
