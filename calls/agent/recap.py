"""What of a conversation is told in a few lines once its words are no longer repeated. Pure.

The lines come from the tools' own requests and results, not from a model. A summary made by a model costs a request
while somebody waits or a moment of its own behind each answer, may leave out or reword an address or an hour, and is
not there when the model is what fails. What was booked and saved is known exactly, word for word, in no time.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

type Message = dict[str, Any]

HEADING = "Earlier on this call: what follows was said and done, and need not be asked, saved or booked again."
LINE_LENGTH = 120  # characters kept of one older line
VALUE_LENGTH = 160  # of one saved value; a note may be longer
TIMES_TOLD = 3


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One use of a tool: its arguments and the envelope it was answered with."""

    name: str
    arguments: dict[str, Any]
    envelope: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """What it returned; empty when it refused."""
        return _object(self.envelope.get("data")) if self.envelope.get("ok") else {}

    @property
    def error(self) -> str:
        """The code of its refusal; "" when it did what it was asked."""
        return "" if self.envelope.get("ok") else str(_object(self.envelope.get("error")).get("code") or "UNKNOWN")


@dataclass(frozen=True, slots=True)
class Recap:
    """Lines in the order in which they are told. `done` is never left out; of the rest the later is worth more."""

    done: tuple[str, ...]
    offered: tuple[str, ...]
    said: tuple[str, ...]

    def text(self, *, offered: int, said: int) -> str:
        """The heading, all that was done, and of the rest the last so many lines."""
        lines = [*self.done, *_last(self.offered, offered), *_last(self.said, said)]
        return "\n".join([HEADING, *(f"- {line}" for line in lines)])


def recap(messages: Sequence[Message]) -> Recap:
    """What was done, what was offered and what was said in these messages."""
    uses = list(_uses(messages))
    return Recap(tuple(_done(uses)), tuple(_offered(uses)), tuple(_said(messages)))


def _uses(messages: Sequence[Message]) -> Iterator[ToolCall]:
    answers = {message["tool_call_id"]: message["content"] for message in messages if message["role"] == "tool"}
    for message in messages:
        for asked in message.get("tool_calls") or ():
            function = asked["function"]
            yield ToolCall(function["name"], _read(function["arguments"]), _read(answers.get(asked["id"], "")))


def _done(uses: Sequence[ToolCall]) -> Iterator[str]:
    """Each effect once; of what was said twice, what was said last."""
    saved: dict[str, str] = {}
    homes: dict[str, str] = {}
    others: dict[str, None] = {}
    for use in uses:
        if use.error:
            others[f"{_plain(use.name)} did not succeed: {use.error}"] = None
        elif use.name == "save_lead_preferences":
            saved |= _preferences(use)
        elif use.name == "save_seller_details":
            home = _object(use.data.get("property"))
            homes[str(home.get("address", ""))] = _pairs(home)
        elif use.name not in ("search_listings", "check_availability"):
            others[_effect(use)] = None
    if saved:
        yield f"Saved of the buyer's wishes: {'; '.join(f'{name} {value}' for name, value in saved.items())}"
    yield from (f"Saved of the home to sell: {home}" for home in homes.values())
    yield from others


def _preferences(use: ToolCall) -> dict[str, str]:
    saved = use.data.get("saved") or ()
    return {_plain(str(name)): _heard(use.arguments.get(str(name))) for name in saved}


def _heard(argument: Any) -> str:
    """A value as it was saved; one the caller has not agreed to is marked."""
    if not isinstance(argument, dict) or "value" not in argument:
        return _words(argument)
    return _words(argument["value"]) + ("" if argument.get("confirmed") else " (not confirmed)")


def _effect(use: ToolCall) -> str:
    match use.name:
        case "schedule_appointment":
            return _booking(use)
        case "transfer_to_human":
            return f"A colleague was rung: {_words(use.data.get('ringing'))}"
        case _:
            return f"{_plain(use.name)}: {_pairs(use.data) or 'done'}"


def _booking(use: ToolCall) -> str:
    told = use.data
    when = " ".join(str(told[name]) for name in ("spoken", "spoken_zone") if told.get(name))
    home = f", home {use.arguments['listing_key']}" if use.arguments.get("listing_key") else ""
    return (
        f"Booked: {_plain(str(told.get('type', 'appointment')))} on {when} with {told.get('agent_name', 'an agent')}"
        f"{home} (appointment {told.get('appointment_id', 'unknown')})"
    )


def _offered(uses: Sequence[ToolCall]) -> Iterator[str]:
    """Homes as they were found, each once, in the order of their last finding; behind them the last times offered."""
    homes: dict[str, str] = {}
    times: list[str] = []
    for use in uses:
        if use.name == "search_listings":
            for home in map(_object, use.data.get("items") or ()):
                key = str(home.get("listing_key", ""))
                homes.pop(key, None)
                homes[key] = f"Home found: {_short(str(home.get('spoken', '')), VALUE_LENGTH)} (listing_key {key})"
        elif use.name == "check_availability" and use.data:
            times = [str(_object(slot).get("spoken", "")) for slot in use.data.get("slots") or ()][:TIMES_TOLD]
    yield from homes.values()
    if times:
        yield f"Times offered, to be looked up again before one is booked: {'; '.join(times)}"


def _said(messages: Iterable[Message]) -> Iterator[str]:
    for message in messages:
        if message["role"] in ("user", "assistant") and message["content"]:
            speaker = "Caller" if message["role"] == "user" else "You"
            yield f"{speaker}: {_short(message['content'], LINE_LENGTH)}"


def _last(lines: Sequence[str], count: int) -> Sequence[str]:
    return lines[max(0, len(lines) - count) :]


def _read(text: str) -> dict[str, Any]:
    try:
        return _object(json.loads(text))
    except ValueError:
        return {}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _pairs(values: dict[str, Any]) -> str:
    return "; ".join(f"{_plain(name)} {_words(value)}" for name, value in values.items())


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    if isinstance(value, dict):
        return str(value["name"]) if "name" in value else _pairs(value)
    return _short(str(value), VALUE_LENGTH)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _short(text: str, length: int) -> str:
    """The text on one line, ended at a word with "…" where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rsplit(" ", 1)[0] + "…"
