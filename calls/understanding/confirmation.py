"""Stands between what the model asks for and what is saved: a doubtful value is asked for first, a saved one is said.

All of it is read anew from the call's rows for each answer, so a read-back that was cut off or died with its process is
said in the next answer.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from calls.agent.tools.registry import Json, parse_arguments
from calls.agent.tools.runner import ToolOutcome, refuse_tool, run_tool
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
from calls.understanding.matching import SIMILAR_NAME, similarity
from calls.understanding.spoken_times import with_days_named
from leads.errors import ServiceError
from leads.listings.areas import Area, AreaKind, known_areas, resolve_areas
from leads.models import BuyerPreferences, Listing, SellerProperty
from leads.profile.buyer_preferences import known_preferences
from leads.profile.seller_homes import known_property, same_address
from leads.scheduling.availability import read_slot_id, spoken_zone_of

CONFIRM_FIRST = "CONFIRM_FIRST"


class Confirmation:
    """The care of one answer: runs its tool requests, and knows what of the saved values has not been said yet."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._talk = dialogue_so_far(call)

    def use(self, tool: ToolRequest) -> ToolOutcome:
        """Run the tool, or have the model ask the caller first (CONFIRM_FIRST)."""
        request = _request(tool)
        doubtful = self._doubtful(tool.name, _readable(tool.arguments))
        if not doubtful:
            return run_tool(self._call.pk, **request)
        question = question_for(doubtful, again=self._asked_before(doubtful))
        refused = ServiceError(CONFIRM_FIRST, question, say=question, retryable=True, fields=_fields(doubtful))
        return refuse_tool(self._call.pk, **request, refused=refused)

    def hold(self, tool: ToolRequest) -> ToolOutcome:
        """Do not run the tool, which would end the call before the caller knows what became of the meeting."""
        refused = ServiceError("NOT_YET", "the meeting is not booked: tell the caller first", say="", retryable=True)
        return refuse_tool(self._call.pk, **_request(tool), refused=refused)

    def unsaid(self, said: str) -> str:
        """The sentence that reads back what this engine has saved on the call and nobody has said to the caller yet.

        `said` is what the agent says in this answer; "" when nothing is left to be said.
        """
        latest: dict[str, list[CriticalValue]] = {}
        for use in self._saved():
            values = self._values_of(use)
            latest |= {field: [value for value in values if value.field == field] for field in _fields(values)}
        saved = (value for values in latest.values() for value in values)
        return read_back([value for value in saved if not has_been_said(value, self._talk, now_said=said)])

    def _doubtful(self, name: str, arguments: Json) -> list[CriticalValue]:
        start = self._start(arguments)
        values = critical_values_of(name, arguments, start=start)
        known = known_values(self._call) if values else {}
        return [value for value in values if not _is_known(value, known) and self._is_doubtful(value)]

    def _is_doubtful(self, value: CriticalValue) -> bool:
        """A place nobody has homes in is more often misheard than meant: hearing it is not enough."""
        standing = grounding_of(value, self._talk).standing
        return standing is Evidence.DOUBTFUL or (standing is Evidence.HEARD and _is_strange(value))

    def _asked_before(self, doubtful: Iterable[CriticalValue]) -> bool:
        fields = set(_fields(doubtful))
        asked = ToolUse.objects.filter(call=self._call, result__error__code=CONFIRM_FIRST)
        results: Iterable[Any] = asked.values_list("result", flat=True)
        return any(fields & set(result["error"]["fields"]) for result in results)

    def _saved(self) -> list[ToolUse]:
        uses = ToolUse.objects.filter(call=self._call, engine=Engine.CONVERSATION, result__isnull=False)
        return [use for use in uses.order_by("started_at", "id") if _saved_fields(use)]

    def _values_of(self, use: ToolUse) -> list[CriticalValue]:
        fields = _saved_fields(use)
        values = critical_values_of(use.name, use.arguments, start=self._start(use.arguments))
        return [value for value in values if value.field in fields]

    def _start(self, arguments: Json) -> datetime | None:
        """The local time of the slot to be booked; None when the tool itself will refuse the slot."""
        slot_id, key = arguments.get("slot_id"), arguments.get("listing_key")
        if not isinstance(slot_id, str):
            return None
        try:
            _, start, _ = read_slot_id(slot_id, holder=str(self._call.pk))
        except ServiceError:
            return None
        listing = Listing.objects.filter(listing_key=key).first() if isinstance(key, str) else None
        return start.astimezone(spoken_zone_of(self._call.lead, listing))


def _request(tool: ToolRequest) -> dict[str, Any]:
    return {
        "name": tool.name,
        "arguments": tool.arguments,
        "tool_call_id": tool.id,
        "engine": Engine.CONVERSATION,
    }


def dialogue_so_far(call: Call) -> Dialogue:
    """What was said on the call, as far as it was heard."""
    zone = ZoneInfo(call.lead.timezone)
    return dialogue_of(_line(turn, zone) for turn in Turn.objects.filter(call=call).order_by("position", "id"))


def _line(turn: Turn, zone: ZoneInfo) -> DialogueLine:
    words = with_days_named(turn.text, turn.created_at.astimezone(zone).date())
    return DialogueLine(turn.speaker == Turn.Speaker.LEAD, words, turn.confidence)


def known_values(call: Call) -> dict[str, list[Any]]:
    """What the lead's record holds, by field; of several homes only the addresses, as it is open which is meant."""
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
    """The fields of the values, each once."""
    return list(dict.fromkeys(value.field for value in values))


def _shares_a_word(one: str, other: str) -> bool:
    return bool({*one.casefold().split()} & {*other.casefold().split()})


def _is_strange(value: CriticalValue) -> bool:
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
    """The arguments of a finished use that have had their effect."""
    result = use.result or {}
    if result.get("ok"):
        return frozenset(use.arguments)
    error = result.get("error", {})
    return frozenset(error.get("saved", ())) if error.get("code") == "PARTIAL" else frozenset()
