"""Save buyer preferences field by field, so that a guess never replaces what the buyer confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from leads.errors import ServiceError
from leads.fair_housing import mentions_people
from leads.models import Activity, BuyerPreferences, Lead
from leads.models.shapes import areas_in, words_in
from leads.profile.known_values import Kind, a_number, a_text, a_whole_number, sound_values
from leads.profile.provenance import RejectedField, StatementSource
from leads.spoken_forms import spoken_count, spoken_list, spoken_price
from leads.timeline.activities import record_activity

MONEY = ("price_min", "price_max", "preapproval_amount")
HALVES = ("baths_min",)
ENOUGH_FOR_AN_AMOUNT = (BuyerPreferences.Preapproval.APPROVED, BuyerPreferences.Preapproval.PROOF_OF_FUNDS)
FIELDS = (
    "areas",
    "property_sub_types",
    "price_min",
    "price_max",
    "beds_min",
    "baths_min",
    "living_area_min",
    "must_have",
    "motivation",
    "financing",
    "preapproval",
    "preapproval_amount",
    "has_agent",
    "timeframe",
)
KINDS: dict[str, Kind] = {
    **dict.fromkeys(FIELDS, a_text),
    **dict.fromkeys((*MONEY, "beds_min", "living_area_min"), a_whole_number),
    **dict.fromkeys(HALVES, a_number),
    "areas": areas_in,
    "property_sub_types": words_in,
    "must_have": words_in,
}
CONFLICT = "CONFLICT"
INVALID_RANGE = "INVALID_RANGE"
PROTECTED_CLASS = "PROTECTED_CLASS"


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A field's value as the buyer said it. `confidence` is 0 to 1; `confirmed`: it was read back and agreed to."""

    value: Any
    confidence: float = 1.0
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class SavedFields:
    """The names of the fields that were saved."""

    fields: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """The preferences while a patch is applied. `timeframe` is stored on the lead but saved the same way."""

    row: BuyerPreferences
    lead: Lead
    source: StatementSource
    saved: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    rejected: list[RejectedField] = field(default_factory=list)

    def get(self, name: str) -> Any:
        return getattr(self._owner(name), name)

    def set(self, name: str, value: Any) -> None:
        setattr(self._owner(name), name, value)

    def _owner(self, name: str) -> BuyerPreferences | Lead:
        return self.lead if name == "timeframe" else self.row

    def is_confirmed(self, name: str) -> bool:
        return bool(self.row.provenance.get(name, {}).get("confirmed"))

    def clear(self, name: str) -> None:
        self.set(name, None)
        self.row.provenance.pop(name, None)


def save_preferences(
    lead: Lead, patch: Mapping[str, StatedValue], *, source: StatementSource, rejected: Sequence[RejectedField] = ()
) -> SavedFields:
    """Apply `patch` to the lead's preferences; `rejected` are fields the caller already had to leave out.

    Valid fields are saved even when others are rejected. Raises ServiceError when a field was rejected: PARTIAL (saved,
    rejected) when others were saved or the reasons differ, else the one reason: CONFLICT (old, new) for unconfirmed
    values against confirmed ones, INVALID_RANGE, PROTECTED_CLASS, NEEDS_APPROVAL.
    """
    with transaction.atomic():
        BuyerPreferences.objects.get_or_create(lead=lead)
        row = BuyerPreferences.objects.select_for_update().get(lead=lead)
        draft = _Draft(row, Lead.objects.get(pk=lead.pk), source, rejected=list(rejected))
        for name in FIELDS:
            if name in patch:
                _apply(draft, name, patch[name], patch)
        _store(draft)
    if draft.rejected:
        raise _rejection_error(draft)
    return SavedFields(tuple(draft.saved))


def known_preferences(row: BuyerPreferences | None, timeframe: str) -> dict[str, Any]:
    """Return the fields that have a value, JSON-safe, money in whole dollars."""
    values = {name: getattr(row, name) for name in FIELDS if name != "timeframe"} if row else {}
    values["timeframe"] = timeframe
    return sound_preferences({name: json_value(name, value) for name, value in values.items()})


def sound_preferences(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value of their own kind, each text on one line: what anybody else may have kept."""
    return sound_values(values, KINDS)


def describe_preference(name: str, value: Any) -> str:
    """Describe a field in a short phrase: "up to $450,000", "3 or more bedrooms"."""
    phrases = {
        "price_max": lambda v: f"up to {spoken_price(v)}",
        "price_min": lambda v: f"from {spoken_price(v)}",
        "preapproval_amount": lambda v: f"pre-approved for {spoken_price(v)}",
        "beds_min": lambda v: f"{v} or more bedrooms",
        "baths_min": lambda v: f"{spoken_count(v)} or more baths",
        "living_area_min": lambda v: f"at least {v} square feet",
        "areas": lambda v: f"in {spoken_list([area['name'] for area in v])}",
        "timeframe": lambda v: f"timeframe: {timeframe_label(v)}",
    }
    if name in phrases:
        return phrases[name](value)
    words = value if isinstance(value, list) else [value]
    return f"{name.replace('_', ' ')}: {', '.join(str(word).replace('_', ' ') for word in words)}"


def timeframe_label(value: str) -> str:
    """A timeframe in words, to be used inside a sentence: "0–3 months", "over a year"."""
    return str(Lead.Timeframe(value).label).lower()


def json_value(name: str, value: Any) -> Any:
    """Make the value JSON-safe; Decimals become whole dollars or halves."""
    if isinstance(value, Decimal):
        return None if not value.is_finite() else float(value) if name in HALVES else int(value)
    return value


def _apply(draft: _Draft, name: str, said: StatedValue, patch: Mapping[str, StatedValue]) -> None:
    new, old = _typed(name, said.value), draft.get(name)
    problem = INVALID_RANGE if _contradicts_itself(name, patch) else _problem(draft, name, new, said)
    if problem:
        draft.rejected.append(RejectedField(name, problem, json_value(name, old), json_value(name, new)))
        return
    if old != new:
        draft.changed.append(name)
    _clear_contradicted(draft, name, new)
    draft.set(name, new)
    draft.row.provenance[name] = draft.source.stamp(confidence=said.confidence, confirmed=said.confirmed)
    draft.saved.append(name)


def _typed(name: str, value: Any) -> Any:
    if name in MONEY or name in HALVES:
        return Decimal(str(value))
    return list(value) if isinstance(value, tuple) else value


def _contradicts_itself(name: str, patch: Mapping[str, StatedValue]) -> bool:
    low, high = patch.get("price_min"), patch.get("price_max")
    if low is None or high is None:
        return False
    return name in ("price_min", "price_max") and bool(low.value > high.value)


def _problem(draft: _Draft, name: str, new: Any, said: StatedValue) -> str:
    old = draft.get(name)
    if draft.is_confirmed(name) and not said.confirmed:
        return CONFLICT if old != new else ""
    if name in ("motivation", "areas") and mentions_people(_words(new)):
        return PROTECTED_CLASS
    if name == "preapproval_amount" and draft.row.preapproval not in ENOUGH_FOR_AN_AMOUNT:
        return "NEEDS_APPROVAL"
    other = {"price_min": "price_max", "price_max": "price_min"}.get(name)
    bound = draft.get(other) if other else None
    if other is None or bound is None or _ordered(name, new, bound):
        return ""
    return CONFLICT if draft.is_confirmed(other) and not said.confirmed else ""


def _clear_contradicted(draft: _Draft, name: str, new: Any) -> None:
    """Clear an older value that the new one contradicts: the newer statement wins."""
    other = {"price_min": "price_max", "price_max": "price_min"}.get(name)
    if other and draft.get(other) is not None and not _ordered(name, new, draft.get(other)):
        draft.clear(other)
    if name == "preapproval" and new not in ENOUGH_FOR_AN_AMOUNT:
        draft.clear("preapproval_amount")


def _ordered(name: str, new: Decimal, bound: Decimal) -> bool:
    return new <= bound if name == "price_min" else bound <= new


def _words(value: Any) -> str:
    return value if isinstance(value, str) else " ".join(str(area.get("name", "")) for area in value)


def _store(draft: _Draft) -> None:
    if not draft.saved:
        return
    draft.row.save()
    if "timeframe" in draft.saved:
        Lead.objects.filter(pk=draft.lead.pk).update(timeframe=draft.lead.timeframe)
    Lead.objects.filter(pk=draft.lead.pk, intent=Lead.Intent.UNKNOWN).update(intent=Lead.Intent.BUYER)
    if not draft.changed:
        return
    told = [describe_preference(name, json_value(name, draft.get(name))) for name in draft.changed]
    record_activity(
        draft.lead.pk,
        Activity.Kind.PREFERENCES,
        f"Looking: {'; '.join(told)}",
        by_ai=draft.source.call_id is not None,
        call_id=draft.source.call_id,
        data={"fields": draft.changed},
    )


def _rejection_error(draft: _Draft) -> ServiceError:
    rejected = [rejection.as_json() for rejection in draft.rejected]
    fields = [rejection.field for rejection in draft.rejected]
    reasons = {rejection.reason for rejection in draft.rejected}
    if draft.saved or len(reasons) > 1:
        message = "some fields were saved, some were not"
        return ServiceError("PARTIAL", message, say="", fields=fields, saved=draft.saved, rejected=rejected)
    [code] = reasons
    if code == CONFLICT:
        first = draft.rejected[0]
        return ServiceError(
            CONFLICT,
            "a confirmed value stands against an unconfirmed one: ask the caller, then save it as confirmed",
            say="Let me check that with you: has that changed?",
            retryable=True,
            fields=fields,
            old=first.old,
            new=first.new,
            rejected=rejected,
        )
    return ServiceError(code, "nothing was saved", say="", retryable=True, fields=fields, rejected=rejected)
