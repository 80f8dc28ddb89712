"""Fills a tool's arguments by its JSON schema from the known facts, as a model with strict tools must.

Works by property names and types only, so a tool may gain, lose or rename fields: what is known goes where it fits,
optional and nullable fields without a value become null or are left out, and a required field without a value means
that the tool cannot be called yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.openai.agent.facts import FACT_NAMES

Schema = Mapping[str, Any]
ALIASES = FACT_NAMES | {
    alias: name
    for name, aliases in {
        "appointment_type": "type appointment_type kind_of_appointment",
        "date_from": "date_from from_date start_date earliest",
        "date_to": "date_to to_date end_date latest",
        "part_of_day": "part_of_day time_of_day",
        "slot_id": "slot_id slot",
        "attendee_name": "attendee_name attendee name full_name",
        "confirm_phrase": "confirm_phrase confirmation confirmation_phrase caller_words",
        "listing_key": "listing_key listing_id",
        "disposition": "disposition outcome result",
        "next_action": "next_action next_step",
        "must_have": "must_have features",
    }.items()
    for alias in aliases.split()
}
NEUTRAL = ("any", "unknown", "none", "other", "newest", "company")
DEFAULTS: dict[str, Any] = {"limit": 3, "sort": "newest", "part_of_day": "any", "scope": "company"}
SYNONYMS: dict[str, dict[Any, tuple[str, ...]]] = {
    "condition": {
        5: ("5", "excellent", "like_new", "renovated", "very_good", "good"),
        4: ("4", "good", "very_good", "well_kept", "updated"),
        3: ("3", "average", "fair", "ok"),
        2: ("2", "needs_work", "dated", "below_average", "fair", "fixer"),
        1: ("1", "poor", "fixer", "tear_down", "needs_work"),
    },
    "timeframe": {
        "now": ("now", "asap", "immediate", "immediately", "0_3m", "0_3_months"),
        "0_3m": ("0_3m", "0_3_months", "within_3_months", "1_3_months", "under_3_months", "3_months", "soon"),
        "3_6m": ("3_6m", "3_6_months", "within_6_months", "6_months"),
        "6_12m": ("6_12m", "6_12_months", "within_12_months", "12_months", "this_year"),
        "12m_plus": ("12m_plus", "over_12_months", "12_plus_months", "later"),
    },
    "preapproval": {
        "approved": ("approved", "pre_approved", "preapproved", "yes"),
        "none": ("none", "no", "not_started"),
        "proof_of_funds": ("proof_of_funds", "cash"),
    },
}


class CannotFill(Exception):
    """A required field has no value that fits its schema; args: the property's name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What may go into arguments: values by fact name; a tuple is a list of choices, best first.

    unconfirmed names the facts the person has not confirmed in this call.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    unconfirmed: frozenset[str] = frozenset()


def fill(parameters: Schema, known: Known) -> dict[str, Any]:
    """The arguments object; raises CannotFill."""
    return _Filler(parameters, known).object(parameters)


def carries(parameters: Schema, known: Known) -> set[str]:
    """Which of the known facts this tool has a field for."""
    filler = _Filler(parameters, known)
    try:
        filler.object(parameters)
    except CannotFill:
        return set()
    return filler.used


class _Filler:
    def __init__(self, root: Schema, known: Known) -> None:
        self.root, self.known, self.used = root, known, set[str]()

    def object(self, schema: Schema) -> dict[str, Any]:
        properties: Mapping[str, Schema] = schema.get("properties", {})
        required = set(schema.get("required", ()))
        filled: dict[str, Any] = {}
        for name, sub in properties.items():
            try:
                filled[name] = self.property(name, sub)
            except CannotFill:
                if name in required:
                    raise
        return filled

    def property(self, name: str, schema: Schema) -> Any:
        try:
            return self._from_known(name, schema)
        except CannotFill:
            return self._without_value(name, self._resolved(schema))

    def _from_known(self, name: str, schema: Schema) -> Any:
        for branch in self._branches(self._resolved(schema)):
            try:
                return self._typed(name, branch)
            except CannotFill:
                continue
        raise CannotFill(name)

    def _without_value(self, name: str, schema: Schema) -> Any:
        branches = self._branches(schema)
        if any(branch.get("type") == "null" for branch in branches):
            return None
        return self._fallback(name, schema, branches)

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            node: Any = self.root
            for part in str(schema["$ref"]).removeprefix("#/").split("/"):
                node = node.get(part, {})
            schema = node
        return schema

    def _branches(self, schema: Schema) -> list[Schema]:
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            return [branch for option in options for branch in self._branches(self._resolved(option))]
        kinds = schema.get("type")
        if isinstance(kinds, list):
            ordered = sorted(kinds, key=lambda kind: kind == "null")
            return [{**schema, "type": kind} for kind in ordered]
        return [schema]

    def _typed(self, name: str, schema: Schema) -> Any:
        if "const" in schema:
            return schema["const"]
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "object":
            return self._compound(name, schema)
        if kind == "array":
            return self._array(name, schema)
        if kind == "null":
            raise CannotFill(name)
        return self._scalar(name, schema, self._value(name))

    def _value(self, name: str) -> Any:
        fact = name if name in self.known.values else ALIASES.get(name, name)
        value = self.known.values.get(fact)
        if value is None:
            raise CannotFill(name)
        self.used.add(fact)
        return value

    def _compound(self, name: str, schema: Schema) -> Any:
        properties = schema.get("properties", {})
        if "value" in properties:
            return self._patch(name, schema)
        if ALIASES.get(name) == "area" and "name" in properties:
            return self._area(self._value(name), schema)
        inner = self.object(schema)
        if not any(value not in (None, [], {}) for value in inner.values()):
            raise CannotFill(name)
        return inner

    def _patch(self, name: str, schema: Schema) -> dict[str, Any]:
        """A field with its evidence: {value, confidence 0..1, confirmed}."""
        fact = ALIASES.get(name, name)
        confirmed = fact not in self.known.unconfirmed
        evidence = {"confidence": 0.95 if confirmed else 0.6, "confirmed": confirmed}
        patch: dict[str, Any] = {}
        for key, sub in schema["properties"].items():
            patch[key] = self._from_known(name, sub) if key == "value" else evidence.get(key)
        return patch

    def _area(self, value: str, schema: Schema) -> dict[str, Any]:
        kinds = self._resolved(schema.get("properties", {}).get("kind", {})).get("enum") or ["neighborhood"]
        wanted = "postal" if re.fullmatch(r"\d{5}", value) else str(self.known.values.get("area_kind", "neighborhood"))
        kind = wanted if wanted in kinds else kinds[0]
        return {key: {"kind": kind, "name": value}.get(key) for key in schema.get("properties", {})}

    def _array(self, name: str, schema: Schema) -> list[Any]:
        item = self._resolved(schema.get("items", {}))
        properties = item.get("properties", {})
        naming = next((key for key in ("field", "key", "name") if key in properties and "value" in properties), "")
        if naming:
            return self._patches(item, naming)
        value = self._value(name)
        if ALIASES.get(name) == "area" and "name" in properties:
            return [self._area(str(each), item) for each in ([value] if isinstance(value, str) else value)]
        listed = value if isinstance(value, list) else [value]
        fitting = [each for each in listed if "enum" not in item or each in item["enum"]]
        if not fitting:
            raise CannotFill(name)
        return [self._scalar(name, item, each) for each in fitting]

    def _patches(self, item: Schema, naming: str) -> list[dict[str, Any]]:
        """A list of {field, value, ...} with the field's name chosen from an enum."""
        patches = []
        for field_name in self._resolved(item["properties"][naming]).get("enum", ()):
            try:
                patches.append(
                    {naming: field_name}
                    | {key: value for key, value in self._patch(field_name, item).items() if key != naming}
                )
            except CannotFill:
                continue
        if not patches:
            raise CannotFill(naming)
        return patches

    def _scalar(self, name: str, schema: Schema, value: Any) -> Any:
        if "enum" in schema:
            return choose(ALIASES.get(name, name), value, schema["enum"])
        kind = schema.get("type")
        if isinstance(value, tuple):
            value = value[0]
        if isinstance(value, list):
            value = ", ".join(map(str, value)) if kind == "string" else value[0]
        if kind in ("integer", "number"):
            return _number(name, schema, value)
        if kind == "boolean":
            return bool(value)
        return str(value)[: int(schema.get("maxLength", 10_000))]

    def _fallback(self, name: str, schema: Schema, branches: Sequence[Schema]) -> Any:
        if "default" in schema:
            return schema["default"]
        for branch in branches:
            options = branch.get("enum", ())
            preferred = DEFAULTS.get(name)
            if preferred is not None and (preferred in options or not options):
                return preferred
            neutral = next((word for word in NEUTRAL if word in options), None)
            if neutral is not None:
                return neutral
            if branch.get("type") == "array" and not branch.get("minItems"):
                return []
            if branch.get("type") == "boolean":
                return False
        raise CannotFill(name)


def _number(name: str, schema: Schema, value: Any) -> float | int:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise CannotFill(name) from None
    low, high = schema.get("minimum", number), schema.get("maximum", number)
    if not low <= number <= high:
        raise CannotFill(name)
    return int(number) if schema.get("type") == "integer" or number == int(number) else number


def choose(fact: str, value: Any, options: Sequence[Any]) -> Any:
    """The option that means this value: itself, a synonym, or the one sharing its words; raises CannotFill."""
    wanted: list[Any] = []
    for each in value if isinstance(value, (tuple, list)) else (value,):
        wanted += [each, *SYNONYMS.get(fact, {}).get(each, ())]
    by_shape = {_shape(option): option for option in reversed(options)}
    for each in wanted:
        if _shape(each) in by_shape:
            return by_shape[_shape(each)]
    for each in wanted:
        close = [option for option in options if _shape(each) and _shape(each) in _shape(option)]
        if close:
            return close[0]
    raise CannotFill(fact)


def _shape(value: Any) -> str:
    return re.sub(r"[^a-z0-9]+", "_", str(value).lower()).strip("_")
