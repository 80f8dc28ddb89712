"""Which call meets which fault, and when: a plan drawn from a seed, so that a run can be repeated."""

import random
from dataclasses import dataclass

REALTIME, CONVERSATIONAL = "realtime", "conversational"
AFTER_FAULT_SECONDS = 14.0  # the caller stays so long at least, to hear what comes of it


@dataclass(frozen=True, slots=True)
class Fault:
    """A thing that goes wrong. ``weight`` is its share of the calls; ``type`` the calls it happens to."""

    weight: float
    what: str
    type: str = REALTIME


FAULTS: dict[str, Fault] = {
    "none": Fault(6, "nothing goes wrong"),
    "none_conversational": Fault(3, "nothing goes wrong on a turn-by-turn call", CONVERSATIONAL),
    "model_killed": Fault(8, "the model's socket is closed with 1011"),
    "model_vanishes": Fault(5, "the model's connection breaks without a close"),
    "model_refuses": Fault(5, "the model's socket is closed, and new ones are refused with 401 or 429 for 4 s"),
    "model_mute": Fault(6, "the model's session stays open and says nothing more"),
    "model_expired": Fault(3, "the session reaches its 60 minutes: session_expired, then closed"),
    "quota": Fault(4, "the next generation fails with insufficient_quota"),
    "server_error": Fault(4, "the next two generations fail with server_error"),
    "empty_answer": Fault(3, "the next generation ends completed with nothing in it"),
    "model_garbage": Fault(4, "broken JSON, binary frames and unknown events from the model"),
    "carrier_garbage": Fault(4, "broken JSON, binary frames and unknown events from the carrier"),
    "marks_lost": Fault(3, "marks are echoed no more"),
    "phone_stops_reading": Fault(2, "the carrier's socket is not read for 4 s"),
    "stream_dropped": Fault(5, "the carrier's socket breaks without stop; the line lives"),
    "stop_without_close": Fault(3, "the caller hangs up: stop comes, the socket stays open for a minute"),
    "vanishes_at_hang_up": Fault(3, "the caller hangs up and nothing says so: no stop, no close, no final status"),
    "stream_replayed": Fault(3, "a second stream arrives with the same token"),
    "agent_says_goodbye": Fault(4, "nothing goes wrong: the agent ends the call"),
    "tool_repeated": Fault(4, "a tool is called twice with one id, then again after the model was killed"),
    "database_busy": Fault(2, "somebody holds the database's write lock for 1.5 s"),
    "voice_down": Fault(2, "Polly answers 500 for 5 s", CONVERSATIONAL),
    "chat_down": Fault(3, "the chat model fails for this call from then on", CONVERSATIONAL),
    "chat_slow": Fault(3, "the chat model takes 5 s to its next first word", CONVERSATIONAL),
    "webhooks_doubled": Fault(3, "every request of the carrier comes twice, at once", CONVERSATIONAL),
    "all_models_down": Fault(4, "the model is lost for good, and the chat model fails too"),
    "status_doubled": Fault(3, "every status callback comes twice"),
    "status_reordered": Fault(3, "status callbacks come in reverse, seconds late"),
    "status_never": Fault(3, "no status callback comes at all"),
    "carrier_api_down": Fault(2, "the agent ends the call, and the carrier's REST API answers 500 to it"),
    "web_killed": Fault(0.6, "the web process that holds the call is killed with SIGKILL"),
    "web_terminated": Fault(0.6, "the web process that holds the call gets SIGTERM, as on a deploy"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One call: its number in the run, what goes wrong ``at`` seconds after the answer, and when the caller leaves."""

    number: int
    fault: str
    type: str
    at: float
    leaves: float
    seed: int


def draw(count: int, *, seed: int, only: str = "") -> list[Plan]:
    """The calls of a run. Every fault comes up in a long run; ``only`` gives all calls one fault."""
    dice = random.Random(seed)
    names = [only] * count if only else _dealt(count, dice)
    return [_plan(number, name, dice) for number, name in enumerate(names)]


def _dealt(count: int, dice: random.Random) -> list[str]:
    """Shares by weight, one each first where the run is long enough."""
    names = list(FAULTS)
    first = dice.sample(names, min(count, len(names)))
    rest = dice.choices(names, [FAULTS[name].weight for name in names], k=count - len(first))
    dice.shuffle(dealt := first + rest)
    return dealt


def _plan(number: int, name: str, dice: random.Random) -> Plan:
    at = dice.uniform(0.2, 12.0)
    leaves = max(dice.uniform(10.0, 20.0), at + AFTER_FAULT_SECONDS)
    return Plan(number, name, FAULTS[name].type, at, leaves, dice.randrange(2**32))
