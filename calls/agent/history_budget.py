"""Fit a conversation into a token budget: keep the newest exchanges whole and replace the rest by a recap. Pure.

An exchange is what the caller said and everything that followed from it, so a tool's result is never separated from its
request. The opening is kept word for word, because the model must know that the disclosure was heard.

The default budget, 8000, is more than twice what a call of two minutes with a search, free times and a booking needs
(3300 on simulated calls, four fifths of it tools and their results), so only long calls are cut.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from math import ceil

from calls.agent.recap import Message, recap

# OpenAI's rule of thumb is 4 characters of English to a token (help.openai.com, "What are tokens and how to count
# them"). The exact vocabulary would have to be fetched at run time, so it is estimated, as rather too much: on
# simulated calls a tokenizer of the same make (GPT-2's merges) took 3.7 characters of speech and 2.5 of tools' JSON.
BYTES_PER_TOKEN = 3
JSON_BYTES_PER_TOKEN = 2
TOKENS_AROUND = 8
RECAP_SHARE = 0.25  # of the budget
KEPT_SHARE = 0.6  # to which it is then cut, so that the next turns only append to what the vendor has cached


def fit_to_budget(messages: Sequence[Message], *, budget: int, disclosure: str = "") -> list[Message]:
    """Return the messages cut to `budget` estimated tokens; a budget of 0 keeps them all.

    What is cut becomes one system message after the opening (the agent's last message that contains `disclosure`, else
    the agent's first). It names everything saved and booked. If that, the opening and the newest exchange alone exceed
    the budget, the result does too.
    """
    if not budget or sum(map(estimated_tokens, messages)) <= budget:
        return list(messages)
    parts = exchanges(messages)
    reserved = sum(map(estimated_tokens, _opening(messages, disclosure))) + budget * RECAP_SHARE
    first = _first_kept([sum(map(estimated_tokens, part)) for part in parts], budget, reserved)
    while True:
        shortened = _with_recap(parts, first, budget, disclosure)
        if first == len(parts) - 1 or sum(map(estimated_tokens, shortened)) <= budget:
            return shortened
        first += 1


def exchanges(messages: Sequence[Message]) -> list[list[Message]]:
    """Split the messages before each of the caller's."""
    parts: list[list[Message]] = []
    for message in messages:
        if message["role"] == "user" or not parts:
            parts.append([])
        parts[-1].append(message)
    return parts


def estimated_tokens(message: Message) -> int:
    """Estimate how many tokens a message takes in a request."""
    is_json = message["role"] == "tool"
    asked = [asked["function"] for asked in message.get("tool_calls") or ()]
    json_bytes = sum(_size(one["name"]) + _size(one["arguments"]) for one in asked)
    text = ceil(_size(message["content"] or "") / (JSON_BYTES_PER_TOKEN if is_json else BYTES_PER_TOKEN))
    return TOKENS_AROUND + text + ceil(json_bytes / JSON_BYTES_PER_TOKEN) + TOKENS_AROUND * len(asked)


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))


def _first_kept(sizes: Sequence[int], budget: int, reserved: float) -> int:
    """Return the index of the first exchange to keep.

    It is found by replaying the call, so it moves rarely and by much, and the vendor's prompt cache stays useful.
    `reserved` tokens are taken by what comes before it.
    """
    first, total = 0, 0
    for place, size in enumerate(sizes):
        total += size
        if total + (reserved if first else 0) > budget:
            while first < place and total + reserved > budget * KEPT_SHARE:
                total -= sizes[first]
                first += 1
    return first


def _with_recap(parts: Sequence[Sequence[Message]], first: int, budget: int, disclosure: str) -> list[Message]:
    cut = [message for part in parts[:first] for message in part]
    kept = [message for part in parts[first:] for message in part]
    opening = [] if _has_disclosure(kept, disclosure) else _opening(cut, disclosure)
    rest = [message for message in cut if not any(message is one for one in opening)]
    room = min(round(budget * RECAP_SHARE), budget - sum(map(estimated_tokens, [*opening, *kept])))
    return [*opening, *_recap_message(rest, room), *kept]


def _opening(messages: Sequence[Message], disclosure: str) -> list[Message]:
    said = [message for message in messages if _is_speech(message)]
    disclosing = [message for message in said if disclosure and disclosure in message["content"]]
    return disclosing[-1:] or said[:1]


def _has_disclosure(messages: Sequence[Message], disclosure: str) -> bool:
    return bool(disclosure) and any(_is_speech(message) and disclosure in message["content"] for message in messages)


def _is_speech(message: Message) -> bool:
    return message["role"] == "assistant" and bool(message["content"]) and not message.get("tool_calls")


def _recap_message(messages: Sequence[Message], room: int) -> list[Message]:
    """Write the recap within `room` tokens: offers have priority over words said, later lines over earlier ones."""
    if not messages:
        return []
    shortened = recap(messages)
    offered = _most(len(shortened.offered), lambda count: _is_within(room, shortened.text(offered=count, said=0)))
    said = _most(len(shortened.said), lambda count: _is_within(room, shortened.text(offered=offered, said=count)))
    return [_note(shortened.text(offered=offered, said=said))]


def _most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to `count` that fits, 0 if none does. If a number fits, all smaller ones must."""
    return bisect_left(range(1, count + 1), True, key=lambda number: not fits(number))


def _is_within(room: int, text: str) -> bool:
    return estimated_tokens(_note(text)) <= room


def _note(text: str) -> Message:
    return {"role": "system", "content": text}
