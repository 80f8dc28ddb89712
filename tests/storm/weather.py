"""What happens to the webhooks of a call on their way, drawn from a seed, so that a run can be repeated. Pure."""

import random
from dataclasses import dataclass
from enum import StrEnum

from tests.storm.script import LAST_TURN

LATE_SECONDS = 5.0
LOST_AFTER_SECONDS = 1.0  # a connection is closed at most so long after the request
LEAVES_EARLY = 0.2  # of the callers hang up when they have heard the answer to a turn


class Fate(StrEnum):
    """How one webhook is delivered."""

    ONCE = "once"
    TWICE_AT_ONCE = "twice at once"
    AGAIN_LATE = "again late"  # seconds after its answer
    AGAIN_NEXT_TURN = "again in the next turn"  # once the next turn has been asked for
    ANSWER_LOST = "answer lost"  # the connection breaks, and the carrier tries again


class Order(StrEnum):
    """How the status callbacks of one call come."""

    AS_SENT = "as sent"
    ANSWERED_LAST = "answered last"  # completed is reported before in-progress
    BACKWARDS = "backwards"  # all that came before the end is reported after it, the last one first


WEIGHTS = {
    Fate.ONCE: 2,
    Fate.TWICE_AT_ONCE: 4,
    Fate.AGAIN_LATE: 3,
    Fate.AGAIN_NEXT_TURN: 3,
    Fate.ANSWER_LOST: 3,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A fate and the seconds that go with it: until the repetition, or until the connection breaks."""

    fate: Fate
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """One call: its number in the run, the turn after which the caller hangs up (None: the agent does), its callbacks.

    ``verdict_after`` is when machine detection reports, in seconds from the answer; None: after the end of the call.
    """

    number: int
    leaves_after: int | None
    order: Order
    verdict_after: float | None
    seed: int


def draw(count: int, *, seed: int) -> list[Plan]:
    """The calls of a run."""
    dice = random.Random(seed)
    return [_plan(number, dice) for number in range(count)]


def turns_of(plan: Plan) -> int:
    """How many things the caller says."""
    return plan.leaves_after or LAST_TURN


def delivery(dice: random.Random) -> Delivery:
    """What happens to the next webhook that asks for a document."""
    fate = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    return Delivery(fate, dice.uniform(0.0, LOST_AFTER_SECONDS if fate == Fate.ANSWER_LOST else LATE_SECONDS))


def callback(dice: random.Random) -> Delivery:
    """What happens to the next callback, whose answer means nothing to the carrier."""
    return Delivery(dice.choice((Fate.ONCE, Fate.TWICE_AT_ONCE, Fate.AGAIN_LATE)), dice.uniform(0.0, LATE_SECONDS))


def reported_after_the_end(order: Order, events: list[str]) -> list[str]:
    """Those of the callbacks before the end that are held back until it has been told, in the order they come then."""
    match order:
        case Order.AS_SENT:
            return []
        case Order.ANSWERED_LAST:
            return [event for event in events if event == "answered"]
        case Order.BACKWARDS:
            return events[::-1]


def _plan(number: int, dice: random.Random) -> Plan:
    return Plan(
        number=number,
        leaves_after=dice.randint(3, LAST_TURN - 1) if dice.random() < LEAVES_EARLY else None,
        order=dice.choice(list(Order)),
        verdict_after=dice.choice((0.0, dice.uniform(0.5, 5.0), None)),
        seed=dice.randrange(2**32),
    )
