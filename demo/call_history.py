"""The calls that came before: for each invented lead those that its stage tells of, of all three types.

Without them a newcomer's lists and figures are empty, and a lead "reached by phone" was never called. They are marked
as simulated: their speed and cost are invented like all the rest, of the size that calls through the sandbox show.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calls.models import CallStatus, CallType, Disposition
from demo.market import ZONE
from leads.models import Lead

SEED = 815
OPENS, CLOSES = 9, 19  # local hours
MS_PER_CHARACTER = 62
OPENING = (
    "Hi, this is {agent}, an AI assistant calling for {brokerage}, on a recorded line. "
    "Say stop at any time and we will not call again. Is this {first}?"
)
GREETING = "Hi {first}, this is {staff} from {brokerage}. Is this a good time?"
# type: the least and the longest time to an answer, ms
ANSWERS_IN_MS = {
    CallType.REGULAR: (600, 1500),
    CallType.CONVERSATIONAL: (1500, 2600),
    CallType.REALTIME: (900, 1800),
}
MISSED = (
    (CallStatus.NO_ANSWER, Disposition.NO_ANSWER),
    (CallStatus.NO_ANSWER, Disposition.NO_ANSWER),
    (CallStatus.BUSY, Disposition.BUSY),
    (CallStatus.COMPLETED, Disposition.VOICEMAIL),
)
BOOKS = (
    ("lead", "Yes, speaking. I have a few minutes."),
    ("us", "Great. What are you looking for, and where?"),
    ("lead", "{wish}"),
    ("us", "That helps. Would you like to meet one of our agents this week?"),
    ("lead", "Yes, that works for me."),
    ("us", "Then it is booked. You will get a message with the details. Goodbye, {first}."),
)
NOT_YET = (
    ("lead", "Yes, this is {first}."),
    ("us", "Thanks for taking the call. What are you looking for, and how soon?"),
    ("lead", "{wish} But there is no hurry."),
    ("us", "Understood. May we call you again when something fits?"),
    ("lead", "Sure, do that."),
    ("us", "We will. Have a good day, {first}."),
)
LATER = (
    ("lead", "Yes, but I am at work right now."),
    ("us", "No problem. When may we call again?"),
    ("lead", "Tomorrow evening would be better."),
    ("us", "Then we will try you tomorrow evening. Goodbye, {first}."),
)
ENDINGS = {
    Disposition.HAS_AGENT: "I already have an agent, thank you.",
    Disposition.DO_NOT_CALL: "Please stop calling me.",
    Disposition.NOT_INTERESTED: "I am not looking any more, sorry.",
    Disposition.WRONG_NUMBER: "There is no {first} here. You have the wrong number.",
}
LAST_WORDS = {
    Disposition.DO_NOT_CALL: "I am sorry for the trouble. We will not call you again. Goodbye.",
    Disposition.WRONG_NUMBER: "I am sorry for the mistake. We will take this number off our list. Goodbye.",
}
THANKS = "Thank you for telling me. I wish you all the best. Goodbye."
TALKS = {
    Disposition.APPOINTMENT_SET: BOOKS,
    Disposition.QUALIFIED_NURTURE: NOT_YET,
    Disposition.CALLBACK_REQUESTED: LATER,
}
OUTCOME_OF_LOSS = {
    Lead.LostReason.HAS_AGENT: Disposition.HAS_AGENT,
    Lead.LostReason.DO_NOT_CALL: Disposition.DO_NOT_CALL,
    Lead.LostReason.WRONG_NUMBER: Disposition.WRONG_NUMBER,
}
OUTCOME_OF_STAGE = {
    Lead.Stage.CONTACTED: Disposition.CALLBACK_REQUESTED,
    Lead.Stage.QUALIFIED: Disposition.QUALIFIED_NURTURE,
    Lead.Stage.NURTURE: Disposition.QUALIFIED_NURTURE,
    Lead.Stage.APPOINTMENT_SET: Disposition.APPOINTMENT_SET,
    Lead.Stage.MET: Disposition.APPOINTMENT_SET,
    Lead.Stage.CLIENT: Disposition.APPOINTMENT_SET,
    Lead.Stage.UNDER_CONTRACT: Disposition.APPOINTMENT_SET,
    Lead.Stage.CLOSED: Disposition.APPOINTMENT_SET,
    Lead.Stage.ARCHIVED: Disposition.NOT_INTERESTED,
}
WISHES = {
    Lead.Intent.SELLER: "I think about selling my house and would like to know what it is worth.",
    Lead.Intent.BOTH: "We want to sell our house and buy a smaller one in {city}.",
    Lead.Intent.RENTER: "I am looking for a place to rent in {city}.",
}
WISH = "A house with three bedrooms in {city}, with a yard."


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a talk, in ms from the answer; `latency_ms` of the brokerage's answers."""

    ours: bool
    text: str
    start_ms: int
    end_ms: int
    latency_ms: int | None


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call that is over. `lines` is empty where nobody was reached."""

    type: CallType
    placed_at: datetime
    status: CallStatus
    outcome: Disposition
    lines: tuple[Line, ...] = ()

    @property
    def answered_at(self) -> datetime | None:
        """When somebody, or a mailbox, picked up."""
        return self.placed_at + timedelta(seconds=9) if self.status == CallStatus.COMPLETED else None

    @property
    def seconds(self) -> int:
        """From the answer to the end."""
        if self.status != CallStatus.COMPLETED:
            return 0
        return self.lines[-1].end_ms // 1000 + 2 if self.lines else 6

    @property
    def ended_at(self) -> datetime:
        """When it was over; nobody lets it ring longer than half a minute."""
        return self.placed_at + timedelta(seconds=9 + self.seconds if self.answered_at else 28)

    @property
    def reached_the_lead(self) -> bool:
        """Whether a person spoke."""
        return bool(self.lines)


def past_calls(lead: Lead, number: int, words: dict[str, str], *, anchor: datetime) -> list[PastCall]:
    """The calls to that lead, oldest first: the misses, then the talk its stage came from. `words` fill the talk."""
    dice = random.Random(f"{SEED}-{number}")
    if lead.stage == Lead.Stage.NEW:
        return []
    first = lead.captured_at + timedelta(minutes=dice.choice((2, 4, 7, 18, 55, 190)))
    misses = dice.randint(0, 2) if lead.stage != Lead.Stage.ATTEMPTING else dice.randint(1, 4)
    moments = [in_office_hours(first)]
    for _ in range(misses):
        moments.append(in_office_hours(moments[-1] + timedelta(hours=5)))
    moments = [moment for moment in moments if moment < anchor - timedelta(minutes=30)]
    if not moments:
        return []
    calls = [_missed(number + at, moment, dice) for at, moment in enumerate(moments)]
    if lead.stage != Lead.Stage.ATTEMPTING:
        calls[-1] = _talk(lead, number + len(calls), calls[-1].placed_at, words, dice)
    return calls


def in_office_hours(moment: datetime) -> datetime:
    """The moment itself, or the next morning when nobody is called at that hour: 9 to 19, local time."""
    local = moment.astimezone(ZoneInfo(ZONE))
    if local.hour in range(OPENS, CLOSES):
        return moment
    day = local if local.hour < OPENS else local + timedelta(days=1)
    return day.replace(hour=OPENS, minute=local.minute)


def _type(number: int) -> CallType:
    return tuple(CallType)[number % 3]


def _missed(number: int, moment: datetime, dice: random.Random) -> PastCall:
    status, outcome = dice.choice(MISSED)
    return PastCall(_type(number), moment, status, outcome)


def _talk(lead: Lead, number: int, moment: datetime, words: dict[str, str], dice: random.Random) -> PastCall:
    type_, outcome = _type(number), outcome_of(lead)
    opening = ("us", GREETING if type_ == CallType.REGULAR else OPENING)
    script = (
        opening,
        *TALKS.get(outcome, (("lead", ENDINGS.get(outcome, "")), ("us", LAST_WORDS.get(outcome, THANKS)))),
    )
    told = {**words, "wish": WISHES.get(Lead.Intent(lead.intent), WISH).format(**words)}
    lines = _timed(((who, text.format(**told)) for who, text in script), ANSWERS_IN_MS[type_], dice)
    return PastCall(type_, moment, CallStatus.COMPLETED, outcome, lines)


def outcome_of(lead: Lead) -> Disposition:
    """What the talk came to, by the lead's stage and, for a lost one, the reason."""
    if lead.stage == Lead.Stage.LOST:
        return OUTCOME_OF_LOSS.get(Lead.LostReason(lead.lost_reason), Disposition.NOT_INTERESTED)
    return OUTCOME_OF_STAGE[Lead.Stage(lead.stage)]


def _timed(script: Iterable[tuple[str, str]], answers_in: tuple[int, int], dice: random.Random) -> tuple[Line, ...]:
    clock, lines = 0, []
    for at, (who, text) in enumerate(script):
        ours = who == "us"
        latency = dice.randint(*answers_in) if ours and at else None
        start = clock + (latency or dice.randint(300, 900))
        clock = start + MS_PER_CHARACTER * len(text)
        lines.append(Line(ours, text, start, clock, latency))
    return tuple(lines)
