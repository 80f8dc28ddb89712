"""The figures of a storm, and what of them must be nought. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from calls.carrier import twiml
from tests.storm.rows import Kept
from tests.storm.script import BOOKS_IN_TURN, TOOL_OF, Round, needed

SLOW_SECONDS = 15.0  # the carrier waits no longer
HANGS_UP = twiml.document(twiml.hangup())  # what is answered about a call that is over
NOUGHT = (
    *("doubled_turns", "doubled_bookings", "doubled_chats", "doubled_renderings", "doubled_steps", "doubled_tools"),
    *("doubled_usage", "doubled_entries", "missing_turns", "missing_bookings", "missing_chats", "strange_chats"),
    *("differing_answers", "unanswered", "refused", "steps_unanswered", "bridges_not_as_heard", "not_placed"),
    *("cut_off", "left_live"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What one delivery was answered; ``status`` None: nothing in time. Those of one webhook share its number."""

    webhook: int
    kind: str
    status: int | None
    body: str
    seconds: float
    after_the_end: bool = False  # the house had been told that the call is over


@dataclass(frozen=True, slots=True)
class Played:
    """One call, as the carrier knows it."""

    number: int
    how: str  # it ended: by a document, the caller, …
    lines_said: int
    bridges: int
    answers: Sequence[Answer]


def differing(answers: Iterable[Answer]) -> int:
    """Webhooks whose deliveries got different documents. A hang-up is no other document once the end has been told."""
    ordered = sorted(answers, key=lambda answer: answer.webhook)
    return sum(
        len({one.body for one in group if one.status == 200 and not (one.after_the_end and one.body == HANGS_UP)}) > 1
        for _, group in groupby(ordered, key=lambda answer: answer.webhook)
    )


def beyond(counts: Mapping[Any, int], wanted: Mapping[Any, int]) -> int:
    """How many there are more than wanted, key by key."""
    return sum((Counter(counts) - Counter(wanted)).values())


def of_call(played: Played, kept: Kept, chats: Mapping[Round, int]) -> Counter[str]:
    """What is doubled or missing of one call. ``chats`` is what the model was asked in it."""
    turns = range(1, played.lines_said + 1)
    said, rounds = Counter(turns), Counter(needed(played.lines_said))
    tools = Counter(TOOL_OF[turn] for turn in turns if turn in TOOL_OF)
    booked = int(played.lines_said >= BOOKS_IN_TURN)
    once = Counter(kept.lead_turns)
    statuses = Counter(answer.status for answer in played.answers)
    return Counter(
        doubled_turns=once.total() - len(once) + max(0, kept.agent_turns - len(turns) - 1),
        missing_turns=max(0, said.total() - len(once)) + max(0, len(turns) + 1 - kept.agent_turns),
        doubled_bookings=max(0, kept.appointments - booked),
        missing_bookings=max(0, booked - kept.appointments),
        doubled_chats=beyond(chats, rounds),
        missing_chats=beyond(rounds, chats),
        doubled_steps=beyond(Counter(kept.steps), Counter([0, *turns])),
        steps_unanswered=kept.unanswered_steps,
        doubled_tools=beyond(kept.tools, tools),
        doubled_usage=_doubled_usage(kept.usage, chats, steps=len(kept.steps)),
        doubled_entries=max(0, kept.told_of - 1) + max(0, kept.attempts - 1),
        bridges_not_as_heard=abs(kept.bridge_turns - played.bridges),
        differing_answers=differing(played.answers),
        unanswered=statuses[None] + sum(answer.seconds > SLOW_SECONDS for answer in played.answers),
        refused=sum(count for status, count in statuses.items() if status and status >= 400),
        cut_off=played.how not in ("document", "caller"),
        left_live=kept.live,
    )


def _doubled_usage(usage: Mapping[str, int], chats: Mapping[Round, int], *, steps: int) -> int:
    """Rows beyond one for each request to the model and meter, one for each listening, one for the call."""
    most = {"openai.chat_in": sum(chats.values()), "openai.chat_out": sum(chats.values()), "twilio.gather": steps}
    return beyond({meter: usage.get(meter, 0) for meter in most}, most) + max(0, usage["twilio.outbound_minute"] - 1)


def problems(figures: Mapping[str, Any]) -> list[str]:
    """What must not be, in words; empty when the storm did no harm."""
    found = [f"{name.replace('_', ' ')}: {figures[name]}" for name in NOUGHT if figures[name]]
    found += [f"unfinished {name}: {count}" for name, count in figures["unfinished_rows"].items() if count]
    return found + [f"logged as an error: {what} ({count})" for what, count in figures["errors_logged"].items()]


def as_table(figures: Mapping[str, Any]) -> str:
    """The figures for people."""
    return "\n".join(f"{name.replace('_', ' '):24} {value}" for name, value in figures.items())
