"""Decides the agent's next move from the conversation state: ask, save, search, offer, book or say goodbye."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sandbox.language.replies import says_yes
from sandbox.openai.agent import phrases
from sandbox.openai.agent.conversation_state import SAVING, ConversationState, Outcome

AGENDAS = {
    "buyer": ("area", "budget", "beds", "timeframe", "financing"),
    "seller": ("address", "beds", "baths", "condition", "timeframe", "listed", "asking"),
}
SETTLES = {
    "area": ("area",), "budget": ("price_max",), "beds": ("beds",), "baths": ("baths",), "timeframe": ("timeframe",),
    "financing": ("preapproval", "financing"), "address": ("address",), "condition": ("condition",),
    "listed": ("listed",), "asking": ("asking",), "intent": ("intent",),
}  # fmt: skip
ASKED_BY_THE_TOOL = ("ADDRESS_AMBIGUOUS", "UNKNOWN_AREA", "NOT_CONFIRMED")
"""Failures whose own question is the next one to ask."""
ASKS_BACK = "CONFIRM_FIRST"
"""A failure that asks the person whether a value is right: nothing else is said or done before the answer."""
ASK_AT_MOST = 2
SEARCH_AT_MOST = 3
ASK_BACK_AT_MOST = 4
SAVE_EVERY = 3
DAYS_AHEAD = 10


@dataclass(frozen=True, slots=True)
class Move:
    """What to say and which tools to call with what is known; the arguments follow from the tools' schemas."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Planner:
    """Decides with the offered tools; a step whose tool is missing is left out."""

    state: ConversationState
    tools: frozenset[str] = field(default_factory=frozenset)

    def next_move(self) -> Move:
        """The next step of the conversation, whatever was just said or returned."""
        news = self._bad_news()
        if self._failed(ASKS_BACK):
            return Move(self._question_back())
        if self._failed("LISTED_ELSEWHERE"):
            return self.goodbye(news, "has_agent", "not_interested")
        move = self._step()
        if not news:
            return move
        if news.endswith("?") and any(map(self._failed, ASKED_BY_THE_TOOL)):
            return Move(news, move.calls)
        return Move(_joined(_statements(news), move.text) if move.text else "", move.calls)

    def _step(self) -> Move:
        d = self.state
        if d.callback and not d.booked:
            return self._appointment()
        if d.booked:
            return self._after_booking()
        if not d.mode:
            return self._ask("intent")
        return self._qualify() or self._search() or self._appointment()

    def _qualify(self) -> Move | None:
        d = self.state
        for topic in AGENDAS[d.mode]:
            if self._is_open(topic):
                if len(d.unsaved) >= SAVE_EVERY and self._can_save():
                    return Move(calls=self._save())
                return self._ask(topic)
        return None

    def _is_open(self, topic: str) -> bool:
        d = self.state
        if any(name in d.facts for name in SETTLES[topic]) or d.asked[topic] >= ASK_AT_MOST:
            return False
        if topic == "baths":
            return "beds" in d.facts or d.asked["beds"] >= ASK_AT_MOST
        return True

    def _ask(self, topic: str) -> Move:
        d = self.state
        known = next((name for name in SETTLES.get(topic, ()) if self._worth_confirming(name)), None)
        if known and not d.asked[topic]:
            asked = phrases.confirmation(known, d.briefing.known[known], d.mode)
        else:
            asked = phrases.question(topic, d.mode)
        return Move(_joined(self._lead_in(topic), asked))

    def _worth_confirming(self, name: str) -> bool:
        fact = self.state.briefing.known.get(name)
        return fact is not None and name in phrases.CONFIRM and fact.value != "none"

    def _lead_in(self, topic: str) -> str:
        d = self.state
        if not d.asked and not d.last_asked and d.last_role != "tool":
            return phrases.greeting(d.briefing)
        if d.last_role == "user" and d.topic == topic and not d.understood:
            return "Sorry, I didn't catch that."
        if d.last_role == "user" and not d.understood and d.topic in SETTLES:
            return "No problem."
        if d.last_role == "user":
            return phrases.acknowledge(d.news) or ("Great." if says_yes(d.last_said) else "")
        return ""

    def _can_save(self) -> bool:
        wanted = "save_seller_details" if self.state.mode == "seller" else "save_lead_preferences"
        failed = [outcome.error.get("code") for outcome in self.state.outcomes_of(*SAVING) if not outcome.ok]
        asked_back = failed.count(ASKS_BACK)
        return bool(self.tools & {wanted, *SAVING}) and len(failed) - asked_back < 2 and asked_back < ASK_BACK_AT_MOST

    def _save(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """The saving call of this mode, or none when nothing is new."""
        d = self.state
        if not d.unsaved or not self._can_save():
            return ()
        wanted = "save_seller_details" if d.mode == "seller" else "save_lead_preferences"
        name = wanted if wanted in self.tools else next(iter(sorted(self.tools & set(SAVING))))
        return ((name, {}),)

    def _search(self) -> Move | None:
        d = self.state
        if d.mode != "buyer":
            calls = self._save()
            return Move(calls=calls) if calls else None
        if self._search_is_due():
            return Move(calls=(*self._save(), ("search_listings", {})))
        saving = self._save()
        if saving:
            return Move(calls=saving)
        if d.homes and not d.asked["homes"]:
            return Move(phrases.present_homes(d.homes))
        return self._homes_again()

    def _search_is_due(self) -> bool:
        d = self.state
        searches = d.outcomes_of("search_listings")
        if "search_listings" not in self.tools or len(searches) >= SEARCH_AT_MOST:
            return False
        if not searches:
            return not d.asked["homes"]
        return d.criteria != d.searched

    def _homes_again(self) -> Move | None:
        d = self.state
        if d.topic == "homes" and not d.wants_home and d.asked["homes"] < ASK_AT_MOST:
            lead_in = "" if d.understood else "Sorry, I didn't catch that."
            return Move(_joined(lead_in, phrases.QUESTIONS["homes"]))
        return None

    def _appointment(self) -> Move:
        d = self.state
        if not {"check_availability", "schedule_appointment"} <= self.tools or self._hopeless():
            return self._promise_a_call()
        if self._needs_consent_to_book():
            return self._ask_consult()
        if d.choice is not None and not self._tried(d.choice.at):
            return Move(calls=(("schedule_appointment", self._booking()),))
        if d.slots:
            return self._offer()
        return Move(calls=(("check_availability", self._window()),))

    def _needs_consent_to_book(self) -> bool:
        """A buyer who turned the homes down, or for whom none was found, is asked before times are offered."""
        d = self.state
        if d.callback or d.slots or d.choice or d.consult == "yes" or d.mode == "seller":
            return False
        return d.wants_home == "no" or not d.homes

    def _ask_consult(self) -> Move:
        d = self.state
        if d.consult == "no" or d.asked["consult"] >= ASK_AT_MOST:
            return self._wind_up("No problem at all.")
        lead_in = "No problem." if d.wants_home == "no" and not d.asked["consult"] else ""
        return Move(_joined(lead_in, phrases.QUESTIONS["consult"]))

    def _hopeless(self) -> bool:
        d = self.state
        checks, bookings = d.outcomes_of("check_availability"), d.outcomes_of("schedule_appointment")
        unusable = [outcome for outcome in checks if not outcome.ok]
        asked_in_vain = d.asked["slots"] > ASK_AT_MOST + d.slots_refused and d.choice is None
        tried = [outcome for outcome in bookings if outcome.error.get("code") != ASKS_BACK]
        asked_back = len(bookings) - len(tried) > ASK_BACK_AT_MOST
        return (
            asked_back or len(unusable) > 1 or len(checks) > 3 or len(tried) > 2 or d.slots_refused > 2 or asked_in_vain
        )

    def _tried(self, since: int) -> bool:
        return any(outcome.at > since for outcome in self.state.outcomes_of("schedule_appointment"))

    def _offer(self) -> Move:
        d = self.state
        if d.last_role == "user" and d.topic == "slots" and not d.understood:
            return Move(f"Sorry, I didn't catch that. {phrases.either(d.slots)}. {phrases.QUESTIONS['slots']}")
        if any(all(slot.spoken in str(news.error.get("say", "")) for slot in d.slots) for news in d.fresh):
            return Move(phrases.QUESTIONS["slots"])
        return Move(phrases.offer_slots(d.slots, self._kinds()[0]))

    def _kinds(self) -> tuple[str, ...]:
        d = self.state
        if d.callback:
            return ("callback", "buyer_consult", "listing_consult")
        if d.mode == "seller":
            return ("listing_consult", "callback")
        refused = {outcome.error.get("code") for outcome in d.outcomes if not outcome.ok}
        if (
            d.home
            and d.briefing.agreement_signed
            and not refused & {"BUYER_AGREEMENT_REQUIRED", "LISTING_NOT_SHOWABLE"}
        ):
            return ("showing", "buyer_consult")
        return ("buyer_consult", "callback", "showing")

    def _window(self) -> dict[str, Any]:
        """From tomorrow on, later after a refusal or from the day the calendar named as its next free one."""
        d = self.state
        first = d.briefing.today + timedelta(days=1 + (7 * d.slots_refused if not d.part_of_day else 0))
        for outcome in d.outcomes_of("check_availability"):
            first = _next_free(outcome) or first
        last = first + timedelta(days=DAYS_AHEAD)
        return {
            "appointment_type": self._kinds(), "date_from": first.isoformat(), "date_to": last.isoformat(),
            "part_of_day": d.part_of_day or "any", "listing_key": self._listing_key(),
        }  # fmt: skip

    def _listing_key(self) -> str | None:
        home = self.state.home or (self.state.homes[0] if self.state.homes else None)
        return home.key if home and self._kinds()[0] == "showing" else None

    def _booking(self) -> dict[str, Any]:
        d = self.state
        assert d.choice is not None  # noqa: S101 - the only caller has looked
        home = d.home or (d.homes[0] if d.wants_home == "yes" and d.homes else None)
        return {
            "slot_id": d.choice.slot.slot_id, "appointment_type": self._booked_kind(),
            "attendee_name": d.briefing.lead or "the lead", "confirm_phrase": d.choice.words,
            "listing_key": self._listing_key(), "notes": f"Interested in {home.address}." if home else None,
        }  # fmt: skip

    def _booked_kind(self) -> tuple[str, ...]:
        """The type the slot was offered for: a slot belongs to the type it was asked for."""
        checks = [outcome for outcome in self.state.outcomes_of("check_availability") if outcome.ok]
        asked = [str(value) for key, value in checks[-1].arguments.items() if "type" in key] if checks else []
        return (*asked, *self._kinds())

    def _after_booking(self) -> Move:
        d = self.state
        if d.callback and d.asked["more"] == 0 and d.last_role == "tool":
            return self._wind_up(f"We'll call you {d.booked}.")
        if d.finished or d.asked["more"] >= ASK_AT_MOST:
            return self._wind_up("")
        if d.asked["more"]:
            return Move("An agent will answer that when you meet. Anything else?")
        saving = self._save()
        if saving:
            return Move(calls=saving)
        told = d.booked_words or f"You're booked for {d.booked}."
        return Move(f"{told} {phrases.QUESTIONS['more']}")

    def _promise_a_call(self) -> Move:
        return self._wind_up("One of our agents will call you to set a time.")

    def _wind_up(self, text: str) -> Move:
        d = self.state
        if d.booked:
            outcome: tuple[str, ...] = ("callback_requested", "appointment_set") if d.callback else ("appointment_set",)
        elif d.callback or "call you" in text:
            outcome = ("callback_requested", "qualified_nurture")
        else:
            outcome = ("qualified_nurture", "not_interested")
        return self.goodbye(_joined(text, f"Thank you{_comma_name(d)}."), *outcome)

    def goodbye(self, text: str, *dispositions: str, next_action: str | None = None) -> Move:
        """A last sentence and the end of the call, facts saved along the way."""
        d = self.state
        closing = {
            "disposition": dispositions,
            "summary": phrases.summary(d.mode, d.facts, d.booked),
            "next_action": next_action or ("Prepare for the appointment." if d.booked else None),
        }
        end = (("end_call", closing),) if "end_call" in self.tools else ()
        saving = self._save() if d.facts and "do_not_call" not in dispositions else ()
        return Move(f"{text} Goodbye." if text else "", (*saving, *end))

    def _bad_news(self) -> str:
        """What the failed tools ask to be said, in the order they failed; a repeated failure is said once."""
        said: list[str] = []
        for outcome in self.state.fresh:
            say = str(outcome.error.get("say") or "").strip()
            if not outcome.ok and say and not self._is_repaired(outcome):
                said.append(say)
        return " ".join(dict.fromkeys(said))

    def _question_back(self) -> str:
        """The question of the first tool that asks whether a value is right."""
        asking = [outcome.error for outcome in self.state.fresh if outcome.error.get("code") == ASKS_BACK]
        return str(asking[0].get("say") or asking[0].get("message"))

    def _is_repaired(self, outcome: Outcome) -> bool:
        """Whether the next step repairs it without the person's help, or the booking exists already."""
        code = outcome.error.get("code")
        if code == "UNKNOWN_AREA":
            return "area" in self.state.facts
        if outcome.name in SAVING:
            return code not in ("ADDRESS_AMBIGUOUS", "LISTED_ELSEWHERE", ASKS_BACK)
        return code in ("ALREADY_BOOKED", "SLOT_EXPIRED", "INVALID_SLOT") or _next_free(outcome) is not None

    def _failed(self, code: str) -> bool:
        """Whether a tool has just failed with this code and is not repaired."""
        return any(news.error.get("code") == code and not self._is_repaired(news) for news in self.state.fresh)


def _next_free(outcome: Outcome) -> date | None:
    try:
        return date.fromisoformat(str(outcome.error.get("next_available"))[:10])
    except ValueError:
        return None


def _statements(text: str) -> str:
    """The text without its questions: a question of our own follows, and one at a time is enough."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(sentence for sentence in sentences if not sentence.endswith("?")) or text


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _comma_name(state: ConversationState) -> str:
    return f", {state.briefing.first_name}" if state.briefing.first_name else ""
