"""Confirm values with the caller: before saving a doubtful value ask for it, and read back every saved value.

Everything is read from the call's rows for each answer, so a read-back that was cut off, or whose process died, is said
in the next answer.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError
from django.utils.timezone import now

from calls.agent.tools.registry import Json, parse_arguments
from calls.agent.tools.runner import ToolOutcome, broken_tool, refuse_tool, run_tool
from calls.database.outage import is_outage
from calls.models import Call, Engine, ToolUse, Turn
from calls.providers import ToolRequest
from calls.understanding.critical_values import CriticalValue, critical_values_of
from calls.understanding.grounding import (
    Dialogue,
    DialogueLine,
    Evidence,
    dialogue_of,
    grounding_of,
    has_been_said,
    question_for,
    read_back,
)
from calls.understanding.matching import SIMILAR_NAME, names_another, similarity
from calls.understanding.spoken_days import with_days_named
from leads.errors import ServiceError
from leads.listings.areas import Area, known_areas, resolve_areas
from leads.models import AreaKind, BuyerPreferences, Listing, SellerProperty, zone_of
from leads.models.shapes import object_in
from leads.profile.buyer_preferences import known_preferences
from leads.profile.seller_homes import known_property, same_address
from leads.scheduling.availability import read_slot_id, spoken_zone_of

CONFIRM_FIRST = "CONFIRM_FIRST"
BOOKS = "schedule_appointment"
LONGEST_PHRASE = 300  # characters of the words of agreement that are looked at


class Confirmation:
    """The confirmations of one answer: runs its tool requests and finds the saved values nobody has read back yet."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._dialogue = dialogue_so_far(call)

    def use(self, tool: ToolRequest) -> ToolOutcome:
        """Run the tool, or refuse it with the question the model must ask the caller first (CONFIRM_FIRST)."""
        request = _request(tool)
        try:
            doubtful = self._doubtful(tool.name, _readable(tool.arguments))
            question = question_for(doubtful, again=self._asked_before(doubtful)) if doubtful else ""
        except Exception as error:  # what cannot be looked at is not saved
            if is_outage(error):
                raise  # the whole answer is made again when the database is back
            return broken_tool(self._call.pk, error)
        if not doubtful:
            return run_tool(self._call.pk, **request)
        refused = ServiceError(CONFIRM_FIRST, question, say=question, retryable=True, fields=_fields(doubtful))
        return refuse_tool(self._call.pk, **request, refused=refused)

    def hold(self, tool: ToolRequest) -> ToolOutcome:
        """Refuse a tool that would end the call before the caller knows whether the meeting was booked."""
        refused = ServiceError("NOT_YET", "the meeting is not booked: tell the caller first", say="", retryable=True)
        return refuse_tool(self._call.pk, **_request(tool), refused=refused)

    def contradicted(self, tool: ToolRequest) -> CriticalValue | None:
        """Return the time to be booked if the words of agreement given with it name another one."""
        arguments = _readable(tool.arguments)
        phrase = arguments.get("confirm_phrase")
        found = critical_values_of(tool.name, arguments, start=self._start(arguments))
        times = [value for value in found if value.kind == "time"]
        if not times or not isinstance(phrase, str):
            return None
        zone = zone_of(self._call.lead.timezone)
        answer = with_days_named(phrase[:LONGEST_PHRASE], now().astimezone(zone).date())
        question = " ".join([*(each.question for each in self._dialogue.exchanges[-1:]), self._dialogue.since])
        return times[0] if names_another(times[0], answer, question=question) else None

    def unsaid(self, said: str) -> str:
        """Return the sentence that reads back what this engine saved on the call and has not yet said to the caller.

        `said` is what the agent says in this answer. Returns "" if nothing is left to read back.
        """
        latest: dict[str, list[CriticalValue]] = {}
        for use in self._saved():
            values = self._values_of(use)
            latest |= {field: [value for value in values if value.field == field] for field in _fields(values)}
        saved = (value for values in latest.values() for value in values)
        return read_back([value for value in saved if not has_been_said(value, self._dialogue, now_said=said)])

    def _doubtful(self, name: str, arguments: Json) -> list[CriticalValue]:
        start = self._start(arguments)
        values = critical_values_of(name, arguments, start=start)
        known = known_values(self._call) if values else {}
        return [value for value in values if not _is_known(value, known) and self._is_doubtful(value)]

    def _is_doubtful(self, value: CriticalValue) -> bool:
        """Whether the value must be asked for. So must a place without homes: it is more often misheard than meant."""
        evidence = grounding_of(value, self._dialogue).evidence
        return evidence is Evidence.DOUBTFUL or (evidence is Evidence.HEARD and _is_unknown_place(value))

    def _asked_before(self, doubtful: Iterable[CriticalValue]) -> bool:
        fields = set(_fields(doubtful))
        asked = ToolUse.objects.filter(call=self._call, result__error__code=CONFIRM_FIRST)
        results: Iterable[Any] = asked.values_list("result", flat=True)
        return any(fields & set(object_in(object_in(result).get("error")).get("fields", ())) for result in results)

    def _saved(self) -> list[ToolUse]:
        uses = ToolUse.objects.filter(call=self._call, engine=Engine.CONVERSATION, result__isnull=False)
        return [use for use in uses.order_by("started_at", "id") if _saved_fields(use)]

    def _values_of(self, use: ToolUse) -> list[CriticalValue]:
        fields = _saved_fields(use)
        values = critical_values_of(use.name, use.arguments, start=self._start(use.arguments))
        return [value for value in values if value.field in fields]

    def _start(self, arguments: Json) -> datetime | None:
        """Return the local time of the slot to be booked, None if the tool itself will refuse the slot."""
        slot_id, key = arguments.get("slot_id"), arguments.get("listing_key")
        if not isinstance(slot_id, str):
            return None
        try:
            _, start, _ = read_slot_id(slot_id, holder=str(self._call.pk))
        except ServiceError:
            return None
        listing = Listing.objects.filter(listing_key=key).first() if isinstance(key, str) else None
        return start.astimezone(spoken_zone_of(self._call.lead, listing))


def use_heard_tool(call: Call, tool: ToolRequest) -> ToolOutcome:
    """Run the tool of an engine that hears for itself, unless its own words of agreement name another time.

    No recognizer's words are at hand yet; but who says "ten works" and was offered ten on Tuesday is not booked for ten
    on Wednesday.
    """
    request = _request(tool, Engine.REALTIME)
    try:
        time = _contradicted(call, tool) if tool.name == BOOKS else None
    except Exception as error:
        if not is_outage(error):
            return broken_tool(call.pk, error)
        time = None  # the booking is kept, and a person confirms it
    if time:
        question = question_for([time])
        refused = ServiceError(CONFIRM_FIRST, question, say=question, retryable=True, fields=[time.field])
        return refuse_tool(call.pk, **request, refused=refused)
    return run_tool(call.pk, **request)


def _contradicted(call: Call, tool: ToolRequest) -> CriticalValue | None:
    try:
        return Confirmation(call).contradicted(tool)
    except DatabaseError:
        return None  # the tool itself says what cannot be done now


def _request(tool: ToolRequest, engine: Engine = Engine.CONVERSATION) -> dict[str, Any]:
    return {"name": tool.name, "arguments": tool.arguments, "tool_call_id": tool.id, "engine": engine}


def dialogue_so_far(call: Call) -> Dialogue:
    """Read what was said on the call, as far as it was heard."""
    zone = zone_of(call.lead.timezone)
    return dialogue_of(_line(turn, zone) for turn in Turn.objects.filter(call=call).order_by("position", "id"))


def _line(turn: Turn, zone: ZoneInfo) -> DialogueLine:
    words = with_days_named(turn.text, turn.created_at.astimezone(zone).date())
    return DialogueLine(turn.speaker == Turn.Speaker.LEAD, words, turn.confidence)


def known_values(call: Call) -> dict[str, list[Any]]:
    """Read the lead's record by field. Of several homes only the addresses count: it is open which home is meant."""
    preferences = BuyerPreferences.objects.filter(lead=call.lead_id).first()
    homes = [known_property(home) for home in SellerProperty.objects.filter(lead=call.lead_id)]
    facts = known_preferences(preferences, call.lead.timeframe) | (homes[0] if len(homes) == 1 else {})
    facts |= {"attendee_name": call.lead.full_name}
    return {name: [value] for name, value in facts.items()} | {"address": [home["address"] for home in homes]}


def _is_known(value: CriticalValue, known: dict[str, list[Any]]) -> bool:
    held = known.get(value.field, [])
    if value.kind == "address":
        return any(same_address(value.value, each) for each in held)
    if value.field == "attendee_name":
        return any(similarity(value.value, each) >= SIMILAR_NAME or _shares_a_word(value.value, each) for each in held)
    if value.field == "areas":
        return any(value.value.casefold() == area["name"].casefold() for areas in held for area in areas)
    return value.value in held


def _fields(values: Iterable[CriticalValue]) -> list[str]:
    """Return the fields of the values, each once."""
    return list(dict.fromkeys(value.field for value in values))


def _shares_a_word(one: str, other: str) -> bool:
    return bool({*one.casefold().split()} & {*other.casefold().split()})


def _is_unknown_place(value: CriticalValue) -> bool:
    if value.field != "areas" or not known_areas():
        return False
    try:
        resolve_areas([Area(AreaKind.NEIGHBORHOOD.value, value.value)])
    except ServiceError:
        return True
    return False


def _readable(arguments: str) -> Json:
    try:
        return parse_arguments(arguments)
    except ServiceError:
        return {}  # the tool itself refuses what cannot be read


def _saved_fields(use: ToolUse) -> frozenset[str]:
    """Return the arguments of a finished tool use that were saved."""
    result = use.result or {}
    if result.get("ok"):
        return frozenset(use.arguments)
    error = object_in(result.get("error"))
    return frozenset(error.get("saved", ())) if error.get("code") == "PARTIAL" else frozenset()
