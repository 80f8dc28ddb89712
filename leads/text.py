"""Shorten texts for lists, prompts and whispers. Pure."""


def truncate(text: str, length: int, *, whole_words: bool = False, ellipsis: str = "…") -> str:
    """Return `text` in at most `length` characters, ended by `ellipsis` where something was left out.

    `whole_words` ends it at a space, for texts that are read to somebody.
    """
    if len(text) <= length:
        return text
    kept = text[: length - len(ellipsis)]
    return f"{kept.rsplit(' ', 1)[0] if whole_words else kept.rstrip()}{ellipsis}"
