"""Summarize the older part of a conversation in a few lines, once its messages no longer fit the budget. Pure.

The lines come from the tools' own requests and results, not from a model. A model's summary would cost a request while
somebody waits, or one after each answer; it may leave out or reword an address or an hour; and it is not available when
the model is what fails. The tools' results say exactly what was booked and saved, at once.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leads.text import truncate

type Message = dict[str, Any]

HEADING = "Earlier on this call: what follows was said and done, and need not be asked, saved or booked again."
LONGEST_LINE = 120  # characters kept of one older line
LONGEST_VALUE = 160  # of one saved value; a note may be longer
MOST_TIMES = 3


@dataclass(frozen=True, slots=True)
class UsedTool:
    """One tool call: its name, its arguments and the envelope it was answered with."""

    name: str
    arguments: dict[str, Any]
    envelope: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """What the tool returned; empty if it refused."""
        return _object(self.envelope.get("data")) if self.envelope.get("ok") else {}

    @property
    def error(self) -> str:
        """The code of its refusal; "" if it succeeded."""
        return "" if self.envelope.get("ok") else str(_object(self.envelope.get("error")).get("code") or "UNKNOWN")


@dataclass(frozen=True, slots=True)
class Recap:
    """The recap's lines in order. `done` is never left out; of `offered` and `said` the later lines matter more."""

    done: tuple[str, ...]
    offered: tuple[str, ...]
    said: tuple[str, ...]

    def text(self, *, offered: int, said: int) -> str:
        """Return the heading, everything done, and the last `offered` and `said` lines of the rest."""
        lines = [*self.done, *_last(self.offered, offered), *_last(self.said, said)]
        return "\n".join([HEADING, *(f"- {line}" for line in lines)])


def recap(messages: Sequence[Message]) -> Recap:
    """Collect what was done, offered and said in these messages."""
    uses = list(_uses(messages))
    return Recap(tuple(_done(uses)), tuple(_offered(uses)), tuple(_said(messages)))


def _uses(messages: Sequence[Message]) -> Iterator[UsedTool]:
    answers = {message["tool_call_id"]: message["content"] for message in messages if message["role"] == "tool"}
    for message in messages:
        for asked in message.get("tool_calls") or ():
            function = asked["function"]
            yield UsedTool(function["name"], _read(function["arguments"]), _read(answers.get(asked["id"], "")))


def _done(uses: Sequence[UsedTool]) -> Iterator[str]:
    """Yield each effect once; of values saved twice, the last."""
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


def _preferences(use: UsedTool) -> dict[str, str]:
    saved = use.data.get("saved") or ()
    return {_plain(str(name)): _stated(use.arguments.get(str(name))) for name in saved}


def _stated(argument: Any) -> str:
    """Return a value as it was saved, marked if the caller has not confirmed it."""
    if not isinstance(argument, dict) or "value" not in argument:
        return _words(argument)
    return _words(argument["value"]) + ("" if argument.get("confirmed") else " (not confirmed)")


def _effect(use: UsedTool) -> str:
    match use.name:
        case "schedule_appointment":
            return _booking(use)
        case "transfer_to_human":
            return f"A colleague was rung: {_words(use.data.get('ringing'))}"
        case _:
            return f"{_plain(use.name)}: {_pairs(use.data) or 'done'}"


def _booking(use: UsedTool) -> str:
    told = use.data
    when = " ".join(str(told[name]) for name in ("spoken", "spoken_zone") if told.get(name))
    home = f", home {use.arguments['listing_key']}" if use.arguments.get("listing_key") else ""
    return (
        f"Booked: {_plain(str(told.get('type', 'appointment')))} on {when} with {told.get('agent_name', 'an agent')}"
        f"{home} (appointment {told.get('appointment_id', 'unknown')})"
    )


def _offered(uses: Sequence[UsedTool]) -> Iterator[str]:
    """Yield the homes found, each once, in the order they were last found; then the times offered last."""
    homes: dict[str, str] = {}
    times: list[str] = []
    for use in uses:
        if use.name == "search_listings":
            for home in map(_object, use.data.get("items") or ()):
                key = str(home.get("listing_key", ""))
                homes.pop(key, None)
                homes[key] = f"Home found: {_one_line(str(home.get('spoken', '')), LONGEST_VALUE)} (listing_key {key})"
        elif use.name == "check_availability" and use.data:
            times = [str(_object(slot).get("spoken", "")) for slot in use.data.get("slots") or ()][:MOST_TIMES]
    yield from homes.values()
    if times:
        yield f"Times offered, to be looked up again before one is booked: {'; '.join(times)}"


def _said(messages: Iterable[Message]) -> Iterator[str]:
    for message in messages:
        if message["role"] in ("user", "assistant") and message["content"]:
            speaker = "Caller" if message["role"] == "user" else "You"
            yield f"{speaker}: {_one_line(message['content'], LONGEST_LINE)}"


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
    return _one_line(str(value), LONGEST_VALUE)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _one_line(text: str, length: int) -> str:
    return truncate(" ".join(text.split()), length, whole_words=True)
