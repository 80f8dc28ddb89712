"""What every caller says, and what the model makes of it: each turn needs a known number of requests. Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.stage.names import name_of
from tests.stage.vendors import ToolCall

type Messages = Sequence[dict[str, Any]]

LINES = (
    "Yes, hello. I am looking for a house with a garden, which is my wish number 1.",
    "Could I talk to somebody about it? That is my question number 2.",
    "The first of them suits me well, that is number 3.",
    "What does such a house cost around here? That is my question number 4.",
    "I know all that I need, so that was number 5.",
)
LAST_TURN = len(LINES)
ROUNDS = {1: 1, 2: 2, 3: 2, 4: 1, 5: 1}  # requests of a turn: one more after a tool whose result the model must see
TOOL_OF = {2: "check_availability", 3: "schedule_appointment", 5: "end_call"}
OFFERS_IN_TURN, BOOKS_IN_TURN = 2, 3
FIRST_WORD_SECONDS = 0.05
SLOW_TURNS, SLOWNESS = (1, 4), (0.05, 2.0, 3.6)  # seconds to the first word: none, one and two phrases to bridge them
_NUMBER = re.compile(r"number (\d)\.$")


@dataclass(frozen=True, slots=True)
class Round:
    """One request to the model, as told from its messages: which turn, and the how-many-th of that turn."""

    turn: int
    round: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answers to one request."""

    pieces: tuple[str, ...]
    after: float
    tool: ToolCall | None = None


def line(turn: int) -> str:
    """What the caller says in that turn, from 1 on."""
    return LINES[turn - 1]


def needed(turns: int) -> list[Round]:
    """The requests that so many turns need."""
    return [Round(turn, number) for turn in range(1, turns + 1) for number in range(1, ROUNDS[turn] + 1)]


def round_of(messages: Messages) -> Round | None:
    """Which request this is; None when the caller's last words are none of the script's."""
    said = [str(message["content"]) for message in messages if message["role"] == "user"]
    found = _NUMBER.search(said[-1]) if said else None
    if found is None:
        return None
    turn = int(found[1])
    return Round(turn, 2 if _result(messages, turn) is not None else 1)


def reply(number: int, asked: Round, messages: Messages, *, today: date, unique: str) -> Reply:
    """The answer in that call. ``unique`` goes into the id of a tool call: a model never gives one twice."""
    name = name_of(number)
    if asked.turn in SLOW_TURNS:
        pieces = (
            "Let me think. ",
            f"It depends, {name}, for {asked.turn} reasons. ",
            "Which part of town is it to be?",
        )
        return Reply(pieces, SLOWNESS[(number + asked.turn) % len(SLOWNESS)])
    if asked.round == 1 and asked.turn in TOOL_OF:
        words: dict[int, tuple[str, ...]] = {
            OFFERS_IN_TURN: ("Let me look. ",),
            5: (f"Thank you, {name}. ", "Goodbye."),
        }
        arguments = _arguments(asked.turn, messages, today)
        return Reply(
            words.get(asked.turn, ()),
            FIRST_WORD_SECONDS,
            ToolCall(f"t{asked.turn}-{unique}", TOOL_OF[asked.turn], arguments),
        )
    if asked.turn == OFFERS_IN_TURN and (offered := _slots(messages)):
        times = " or ".join(slot["spoken"] for slot in offered[:2])
        return Reply((f"I could offer you {times}, {name}. ", "Which of them suits you?"), FIRST_WORD_SECONDS)
    return Reply((f"All right, {name}, that was {asked.turn}. ", "What else can I do?"), FIRST_WORD_SECONDS)


def _slots(messages: Messages) -> list[dict[str, Any]]:
    offered = (_result(messages, OFFERS_IN_TURN) or {}).get("data") or {}
    return list(offered.get("slots") or [])


def _arguments(turn: int, messages: Messages, today: date) -> dict[str, Any]:
    if turn == BOOKS_IN_TURN:
        slots = _slots(messages) or [{"slot_id": "none was offered"}]
        agreed = {"attendee_name": "Lead", "confirm_phrase": "The first of them suits me well."}
        return {"slot_id": slots[0]["slot_id"], "type": "buyer_consult", **agreed}
    if turn == LAST_TURN:
        return {"disposition": "appointment_set", "summary": "Wants a house with a garden.", "next_action": None}
    days = {"date_from": str(today + timedelta(1)), "date_to": str(today + timedelta(12))}
    return {"type": "buyer_consult", **days}


def _result(messages: Messages, turn: int) -> dict[str, Any] | None:
    """What the tool of that turn returned, once it has."""
    results = [
        message for message in messages if message["role"] == "tool" and message["tool_call_id"].startswith(f"t{turn}-")
    ]
    return dict(json.loads(results[-1]["content"])) if results else None
