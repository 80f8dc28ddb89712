"""Makes a value that fits a JSON schema of any shape, from what is known of it or out of nothing.

A model that must call a tool calls it, and one that must answer by a schema does, whether it knows anything or not.
What no finite value can satisfy, and patterns beyond the common ones, it cannot make: ``fits`` tells.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, UnknownType
from referencing.exceptions import Unresolvable

type Schema = Mapping[str, Any]
# A property's name and schema to what is known of it; None for nothing.
type Known = Callable[[str, Schema], Any]

_DEEPEST = 12
_TEXTS = (
    "unknown", "5125550123", "+15125550123", "512-555-0123", "2026-11-24", "2026-11-24T10:00:00Z", "10:00",
    "lead@example.com", "https://example.com", "78701", "A1", "abc", "ABC", "US", "en", "en-US", "0", "1", "0.5", "x",
    "00000000-0000-4000-8000-000000000000", "AB-1234", "ABC123", "#000000", "127.0.0.1", "1.0.0", "yes",
)  # fmt: skip
"""Tried in this order against a pattern."""
_FORMATS = {
    "date": "2026-11-24", "date-time": "2026-11-24T10:00:00Z", "time": "10:00:00Z", "duration": "PT30M",
    "email": "lead@example.com", "hostname": "example.com", "uri": "https://example.com", "ipv4": "127.0.0.1",
    "ipv6": "::1", "uuid": "00000000-0000-4000-8000-000000000000",
}  # fmt: skip


def nothing_known(name: str, schema: Schema) -> None:
    """For values made out of nothing."""


def fits(schema: Schema, value: Any) -> bool:
    """Whether the value satisfies the schema; a schema that is none is satisfied by everything."""
    try:
        return not any(Draft202012Validator(schema).iter_errors(value))
    except (SchemaError, UnknownType, Unresolvable, TypeError, ValueError, re.error, RecursionError):
        return True


def value_for(schema: Any, known: Known = nothing_known) -> Any:
    """A value for the whole schema; a tool's arguments are those of an object."""
    root = schema if isinstance(schema, Mapping) else {}
    return _Maker(root, known).value("", root, 0)


class _Maker:
    def __init__(self, root: Schema, known: Known) -> None:
        self._root, self._known = root, known

    def value(self, name: str, schema: Any, depth: int) -> Any:
        plain = self._plain(schema)
        if "const" in plain:
            return plain["const"]
        if (known := self._known(name, plain)) is not None and fits(self._rooted(plain), known):
            return known
        if isinstance(options := plain.get("enum"), Sequence) and options:
            return options[0]
        if branches := plain.get("anyOf") or plain.get("oneOf"):
            return self._of_branches(name, branches, depth)
        return self._of_type(name, plain, _kind(plain), depth)

    def _rooted(self, schema: Schema) -> Schema:
        return {"$defs": self._root.get("$defs", {}), "definitions": self._root.get("definitions", {}), **schema}

    def _plain(self, schema: Any) -> dict[str, Any]:
        """The schema itself in the place of references to it, and the parts of ``allOf`` in one."""
        found: dict[str, Any] = dict(schema) if isinstance(schema, Mapping) else {}
        for _ in range(_DEEPEST):
            if not isinstance(reference := found.pop("$ref", None), str):
                break
            found = {**self._at(reference), **found}
        for part in found.pop("allOf", None) or ():
            found = _merged(found, self._plain(part))
        return found

    def _at(self, reference: str) -> Schema:
        node: Any = self._root
        for part in filter(None, reference.removeprefix("#").split("/")):
            node = node.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(node, Mapping) else {}
        return node if isinstance(node, Mapping) else {}

    def _of_branches(self, name: str, branches: Sequence[Any], depth: int) -> Any:
        """The first branch that is not null; null where the schema would never end."""
        ordered = sorted(branches, key=lambda branch: _kind(self._plain(branch)) == "null")
        if depth > _DEEPEST:
            ordered.reverse()
        return self.value(name, ordered[0], depth + 1)

    def _of_type(self, name: str, schema: Schema, kind: str, depth: int) -> Any:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(name, schema, depth)
            case "integer" | "number":
                return _number(schema, whole=kind == "integer")
            case "boolean":
                return False
            case "null":
                return None
            case _:
                return _text(schema)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        """What is required, and of the rest what is known."""
        required, made = set(schema.get("required") or ()), dict[str, Any]()
        properties = schema.get("properties") or {}
        for name, part in properties.items():
            if name in required and depth <= 2 * _DEEPEST:
                made[name] = self.value(name, part, depth + 1)
            elif (known := self._known(name, plain := self._plain(part))) is not None and fits(plain, known):
                made[name] = known
        more = [name for name in schema.get("required") or () if name not in properties]
        made |= {name: self.value(name, schema.get("additionalProperties"), depth + 1) for name in more}
        for number in range(int(schema.get("minProperties") or 0) - len(made)):
            made[f"field{number + 1}"] = self.value("", schema.get("additionalProperties"), depth + 1)
        return made

    def _array(self, name: str, schema: Schema, depth: int) -> list[Any]:
        least = int(schema.get("minItems") or 0)
        first = list(schema.get("prefixItems") or ())
        count = max(least, len(first)) if depth <= _DEEPEST else least
        made = [
            self.value(name, first[at] if at < len(first) else schema.get("items"), depth + 1) for at in range(count)
        ]
        return _told_apart(made, self._plain(schema.get("items"))) if schema.get("uniqueItems") else made


def _kind(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, Sequence) and not isinstance(kind, str):
        kind = next((one for one in kind if one != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)


def _merged(one: dict[str, Any], other: Schema) -> dict[str, Any]:
    together = {**other, **one}
    if "properties" in one and "properties" in other:
        together["properties"] = {**other["properties"], **one["properties"]}
    if "required" in one and "required" in other:
        together["required"] = [*other["required"], *one["required"]]
    return together


def _number(schema: Schema, *, whole: bool) -> float:
    low, high = _bounds(schema, whole=whole)
    step = schema.get("multipleOf") or (1 if whole else 0)
    start = min(max(1.0, low), high)
    if step:
        start = math.ceil(start / step) * step
        start = start if start <= high else math.floor(high / step) * step
    return int(start) if whole or start == int(start) else start


def _bounds(schema: Schema, *, whole: bool) -> tuple[float, float]:
    beside = 1.0 if whole else 1e-6
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    above, below = schema.get("exclusiveMinimum", -math.inf), schema.get("exclusiveMaximum", math.inf)
    if above >= low:
        low = above + (beside if whole or below - above > beside else (below - above) / 2)
    return low, below - beside if below <= high and math.isfinite(below) else high


def _text(schema: Schema) -> str:
    least, most = int(schema.get("minLength") or 0), int(schema.get("maxLength", 10_000))
    if pattern := schema.get("pattern"):
        return _matching(str(pattern), least, most)
    text = _FORMATS.get(str(schema.get("format")), _TEXTS[0])
    return (text if len(text) >= least else text + "." * (least - len(text)))[:most]


def _matching(pattern: str, least: int, most: int) -> str:
    try:
        searched = re.compile(pattern)
    except re.error:
        return _TEXTS[0]
    good = (text for text in _TEXTS if searched.search(text) and least <= len(text) <= most)
    return next(good, _TEXTS[0])


def _told_apart(values: list[Any], item: Schema) -> list[Any]:
    """Where no two may be alike."""
    if options := item.get("enum"):
        return list(options)[: len(values)]
    if all(isinstance(value, str) for value in values):
        return [value if at == 0 else f"{value} {at + 1}" for at, value in enumerate(values)]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        step = item.get("multipleOf") or 1
        return [value + at * step for at, value in enumerate(values)]
    return values
