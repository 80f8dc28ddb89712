"""The schemas of all tools, and a validator for each."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from calls.agent.tools.functions import registry

SPECS = {spec.name: spec for spec in registry.specs()}


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for child in [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]:
        yield from nodes(child)


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(SPECS[name].parameters)
