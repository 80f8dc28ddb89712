"""Validates a strict tool schema by the rules of Structured Outputs, as far as the service names them.

Every object closed and every property required, and none of the keywords it does not know.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

FORBIDDEN = (
    "default", "oneOf", "allOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas",
    "patternProperties", "unevaluatedProperties", "propertyNames", "minProperties", "maxProperties", "uniqueItems",
    "contains", "minContains", "maxContains", "unevaluatedItems", "prefixItems",
)  # fmt: skip


def plain_faults(schema: Any, *, any_type: bool = False) -> Iterator[str]:
    """What is wrong with a schema that is not strict: it is no JSON Schema, or not of an object."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield f"{error.message}."
        return
    if not any_type and schema.get("type") != "object":
        yield f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."


def schema_faults(schema: Mapping[str, Any]) -> Iterator[str]:
    """Sentences as the service words them, e.g. "In context=('properties', 'a'), 'default' is not permitted."."""
    if broken := next(plain_faults(schema, any_type=True), ""):
        yield broken
        return
    if schema.get("type") != "object":
        yield f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
        return
    yield from _faults(schema, ())


def _faults(schema: Any, context: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    where = f"In context={context!r}, "
    for keyword in FORBIDDEN:
        if keyword in schema:
            yield f"{where}'{keyword}' is not permitted."
    yield from _object_faults(schema, where)
    for name, part in schema.get("properties", {}).items():
        yield from _faults(part, (*context, "properties", name))
    for name, part in schema.get("$defs", {}).items():
        yield from _faults(part, (*context, "$defs", name))
    yield from _faults(schema.get("items"), (*context, "items"))
    for index, part in enumerate(schema.get("anyOf", ())):
        yield from _faults(part, (*context, "anyOf", str(index)))


def _object_faults(schema: Mapping[str, Any], where: str) -> Iterator[str]:
    kinds = schema.get("type", ())
    is_object = "object" in ([kinds] if isinstance(kinds, str) else kinds) or "properties" in schema
    if not is_object:
        if not ({"type", "anyOf", "$ref", "enum", "const"} & set(schema)):
            yield f"{where}schema must have a 'type' key."
        return
    if schema.get("additionalProperties") is not False:
        yield f"{where}'additionalProperties' is required to be supplied and to be false."
    absent = [name for name in schema.get("properties", {}) if name not in schema.get("required", ())]
    if absent:
        yield (
            f"{where}'required' is required to be supplied and to be an array including every key in properties. "
            f"Missing '{absent[0]}'."
        )
    extra = [name for name in schema.get("required", ()) if name not in schema.get("properties", {})]
    if extra:
        yield f"{where}'required' is required to be supplied. Extra required key '{extra[0]}' supplied."
