"""One mis-hearing on a call: the engine with its rows is real, the model is a stubborn one on the wire.

It asks for what its row says and speaks of nothing it saved, so whatever is read back is the engine's own doing. Asked
back, it puts the question; the caller answers truthfully, and whatever the answer, the model asks for the same again.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.utils.timezone import localdate, now

from calls.models import Call, CallType, ConversationStep, ToolUse, Turn
from calls.understanding.confirmation import CONFIRM_FIRST
from calls.understanding.critical_values import CriticalValue, critical_values_of
from calls.understanding.recognition_results import RecognitionResult, Verdict
from leads.models import Appointment, BuyerPreferences, Lead, SellerProperty, StaffProfile
from leads.scheduling.availability import find_availability, slot_as_json
from tests.calls.conversational import engine
from tests.calls.vendors import Relays, Scripted, Uses, Vendors, says
from tests.people import make_call, make_lead, make_listing

ROWS = Path(__file__).with_name("rows.toml")
SURE = 0.93
OTHERWISE = "All right. What else matters to you?"
VERDICTS = {
    Verdict.OPT_OUT: "opt out",
    Verdict.EMPTY: "reprompt",
    Verdict.UNSURE: "reprompt",
    Verdict.HESITATION: "ignore",
    Verdict.INVENTED: "ignore",
}


@dataclass(frozen=True)
class Row:
    """A mis-hearing; rows.toml says what each field means."""

    said: str
    question: str
    must: str
    heard: str = ""
    confidence: float | None = SURE
    digits: str = ""
    before: tuple[Mapping[str, Any], ...] = ()
    save: Mapping[str, Any] = field(default_factory=dict)
    sell: Mapping[str, Any] = field(default_factory=dict)
    book: int = 0
    attendee: str = "Maria Lopez"
    means: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """For the table and the tests' ids."""
        return f"{self.heard or self.digits or '(silence)'} @ {self.confidence}"


@dataclass(frozen=True)
class Outcome:
    """What the engine did, what it said, and the wrong values that stand in the rows at the end."""

    did: str
    words: str
    wrong_aloud: int = 0
    wrong_silently: int = 0


@dataclass(frozen=True)
class Place:
    """The brokerage all rows share: two homes, and an agent who is at work every day."""

    agent: User

    @classmethod
    def of(cls, agent: User) -> "Place":
        week = {"works_from": time(8), "works_until": time(20), "workdays": list(range(7))}
        StaffProfile.objects.filter(user=agent).update(**week)
        for price in (425_000, 432_000):
            make_listing(list_price=price)
        return cls(agent)


def rows() -> list[Row]:
    """All mis-hearings."""
    read = tomllib.loads(ROWS.read_text())["row"]
    return [Row(**each | {"before": tuple(each.get("before", ()))}) for each in read]


def run(row: Row, place: Place, vendors: Vendors) -> Outcome:
    """The row on a call of its own."""
    call = make_call(make_lead(owner=place.agent), type=CallType.CONVERSATIONAL)
    trial = _Trial(row, call, vendors, _offers(call.lead, call))
    trial.bring_to_the_question()
    trial.hear(RecognitionResult(row.heard, row.confidence if row.heard else None, row.digits))
    did = trial.outcome()
    words = trial.spoken()
    if did == "confirm first":
        trial.answer_truthfully()
    normalize, silently = trial.wrong_values()
    return Outcome(did, words, normalize, silently)


@dataclass
class _Trial:
    row: Row
    call: Call
    vendors: Vendors
    offers: list[dict[str, Any]]
    number: int = 0

    def bring_to_the_question(self) -> None:
        engine.first_twiml(self.call)
        asked = self.row.question.replace("{1}", self._spoken(1)).replace("{2}", self._spoken(2))
        self._take(RecognitionResult("Hello.", SURE), says(asked))
        for exchange in self.row.before:
            self._take(RecognitionResult(exchange["heard"], exchange["confidence"]), says(exchange["then"]))

    def hear(self, heard: RecognitionResult) -> None:
        request = self._request()
        self._take(heard, *([Uses(*request)] if request else []), Relays(OTHERWISE))

    def answer_truthfully(self) -> None:
        wanted = self._means()
        right = all(wanted.get(value.field) == _bare(value) for value in self._values())
        self.hear(RecognitionResult("Yes, that's right." if right else "No, that's not right.", SURE))

    def outcome(self) -> str:
        step = ConversationStep.objects.get(call=self.call, number=self.number)
        if step.verdict in VERDICTS:
            return VERDICTS[Verdict(step.verdict)]
        if self._refused().exists():
            return "confirm first"
        return "accept and read back" if self._is_read_back() else "accept"

    def spoken(self) -> str:
        parts = ConversationStep.objects.get(call=self.call, number=self.number).parts
        return " ".join(part["text"] for part in parts)

    def wrong_values(self) -> tuple[int, int]:
        """Values that were saved and not meant: those the caller has heard, and those nobody told them of."""
        wanted = self._means()
        wrong = [value for value in self._saved() if wanted.get(value.field) != _bare(value)]
        aloud = [value for value in wrong if value.phrase in self._agents_words()]
        return len(aloud), len(wrong) - len(aloud)

    def _take(self, heard: RecognitionResult, *script: Scripted) -> None:
        """The caller has heard the agent out, then speaks."""
        self.call.steps.filter(number=self.number).update(listens_at=now() - timedelta(minutes=1))
        self.vendors.script = list(script)
        self.number += 1
        engine.take_turn(self.call, self.number, heard)
        step = ConversationStep.objects.get(call=self.call, number=self.number)
        while step.finished_at is None:
            engine.more_twiml(self.call, self.number, len(step.parts), 0)
            step.refresh_from_db()

    def _request(self) -> tuple[str, dict[str, Any]] | None:
        if self.row.save:
            return "save_lead_preferences", {name: _heard(name, value) for name, value in self.row.save.items()}
        if self.row.sell:
            return "save_seller_details", dict(self.row.sell)
        return ("schedule_appointment", self._booking()) if self.row.book else None

    def _booking(self) -> dict[str, Any]:
        slot = self.offers[self.row.book - 1]["slot_id"]
        agreed = {"attendee_name": self.row.attendee, "confirm_phrase": "Yes, that works."}
        return {"slot_id": slot, "type": "buyer_consult", **agreed}

    def _spoken(self, slot: int) -> str:
        return str(self.offers[slot - 1]["spoken"])

    def _values(self) -> list[CriticalValue]:
        """The critical values the model asks for."""
        name, arguments = self._request() or ("", {})
        return list(critical_values_of(name, arguments, start=self._start(self.row.book)))

    def _start(self, slot: int) -> datetime | None:
        return datetime.fromisoformat(self.offers[slot - 1]["start"]) if slot else None

    def _means(self) -> dict[str, Any]:
        means = dict(self.row.means)
        if self.row.book:
            return {"slot_id": self._start(means.get("slot", 0)), "attendee_name": means.get("attendee", "Maria Lopez")}
        name = "save_seller_details" if self.row.sell else "save_lead_preferences"
        return {
            value.field: _bare(value) for value in critical_values_of(name, {k: _heard(k, v) for k, v in means.items()})
        }

    def _saved(self) -> list[CriticalValue]:
        return [value for value in self._values() if self._stands(value)]

    def _stands(self, value: CriticalValue) -> bool:
        if self.row.book:
            return Appointment.objects.filter(call_id=self.call.pk).exists()
        if self.row.sell:
            home = SellerProperty.objects.filter(lead=self.call.lead_id).first()
            return home is not None and getattr(home, value.field) not in (None, "")
        if value.field == "timeframe":
            return bool(Lead.objects.get(pk=self.call.lead_id).timeframe == value.value)
        kept = BuyerPreferences.objects.filter(lead=self.call.lead_id).first()
        return kept is not None and getattr(kept, value.field) not in (None, "", [])

    def _refused(self) -> Any:
        return ToolUse.objects.filter(call=self.call, result__error__code=CONFIRM_FIRST)

    def _is_read_back(self) -> bool:
        values = [value for value in self._values() if value.value != self.call.lead.full_name]
        return bool(values) and all(value.phrase in self.spoken() for value in values)

    def _agents_words(self) -> str:
        turns = Turn.objects.filter(call=self.call, speaker=Turn.Speaker.AGENT, position__gt=0)
        return " ".join(turns.values_list("text", flat=True))


def table(done: list[tuple[Row, Outcome]]) -> Iterator[str]:
    """The rows and what became of them, as lines of Markdown."""
    yield "| said | heard | conf. | asked before | the model wants | must | does | says |"
    yield "|---|---|---|---|---|---|---|---|"
    for row, outcome in done:
        question = next((each["then"] for each in reversed(row.before) if each["then"]), row.question)
        asked = question.replace("{1}", "(time 1)").replace("{2}", "(time 2)")
        wants = row.save or row.sell or ({"slot": row.book} if row.book else {})
        wanted = ", ".join(f"{name} {_short(value)}" for name, value in wants.items())
        sure = "" if row.confidence is None or not row.heard else f"{row.confidence:.2f}"
        cells = (row.said, row.heard or row.digits, sure, asked, wanted, row.must, outcome.did, outcome.words)
        yield f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"
    yield ""
    yield f"{len(done)} mis-hearings, {sum(row.must == outcome.did for row, outcome in done)} as they must be"
    yield f"n wrong values saved and read back: {sum(outcome.wrong_aloud for _, outcome in done)}"
    yield f"n wrong values saved silently: {sum(outcome.wrong_silently for _, outcome in done)}"


def _offers(lead: Lead, call: Call) -> list[dict[str, Any]]:
    """Two free times on two days."""
    tomorrow = localdate() + timedelta(days=1)
    offer = find_availability(
        lead, Appointment.Type.BUYER_CONSULT, first=tomorrow, last=tomorrow + timedelta(days=6), now=now()
    )
    slots = [slot_as_json(slot, offer.zone, holder=str(call.pk)) for slot in offer.slots]
    other = next(slot for slot in slots if slot["spoken"].split(",")[0] != slots[0]["spoken"].split(",")[0])
    return [slots[0], other]


def _heard(name: str, value: Any) -> Any:
    """The value as save_lead_preferences takes it, with its evidence."""
    given = [{"kind": "neighborhood", "name": each} for each in value] if name == "areas" else value
    return {"value": given, "confidence": 0.9, "confirmed": True}


def _bare(value: CriticalValue) -> Any:
    return value.value


def _short(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
