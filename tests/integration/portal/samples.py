"""Answers of services made from their committed descriptions: whatever a page may read of one is there."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

OPENAPI = Path(__file__).parents[3] / "docs" / "contracts" / "openapi"
ID = "5d0ac9b8-9a3c-43a0-8f5c-0a4f5c1ad1c2"
TEXTS = {"date": "2026-11-30", "date-time": "2026-11-29T02:00:00Z", "uuid": ID}
COUNTY = "410105"


@cache
def schemas(service: str) -> Mapping[str, Any]:
    """What a service says of its shapes."""
    described = json.loads((OPENAPI / f"{service}.json").read_text("utf-8"))
    found: Mapping[str, Any] = described["components"]["schemas"]
    return found


def sample(service: str, shape: str, /, **known: object) -> dict[str, Any]:
    """An answer of a shape, every member filled in; `known`: members that a test wants to be so."""
    made: dict[str, Any] = _value(service, schemas(service)[shape], "")
    unknown = set(known) - set(made)
    assert unknown == set(), f"{shape} has no {unknown}"
    return made | known


def _value(service: str, schema: Mapping[str, Any], member: str) -> Any:
    if "$ref" in schema:
        return _value(service, schemas(service)[schema["$ref"].rpartition("/")[2]], member)
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return _value(service, schema[several][0], member)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [_value(service, schema["items"], member)] if "$ref" in schema["items"] else []
    if schema.get("type") == "object":
        return {one: _value(service, inner, one) for one, inner in schema.get("properties", {}).items()}
    plain = {"integer": 3, "number": 3, "boolean": False}
    return plain.get(schema.get("type", ""), _text(schema, member))


def _text(schema: Mapping[str, Any], member: str) -> str:
    return COUNTY if member.endswith(("region", "county")) else TEXTS.get(schema.get("format", ""), "示例")
