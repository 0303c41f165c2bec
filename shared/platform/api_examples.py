"""Examples of bodies and answers, made from their schemas: what a model says of its own fields (`examples`), else what
the name of a field is usually about, else the least that the schema allows.
"""

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
OF_FORMATS = {
    "date": "2026-07-01",
    "date-time": "2026-07-01T08:30:00+08:00",
    "time": "08:30:00",
    "uuid": UUID,
    "uri": "https://example.test/",
    "email": "someone@example.test",
    "binary": "",
    "duration": "P1D",
}
OF_NAMES: Mapping[str, object] = {
    "uscc": "92410102MA45KD3F7Q",
    "region": "410102",
    "region_name": "河南省郑州市中原区",
    "name": "中原区示例面馆",
    "year": 2025,
    "type": "growth",
    "type_label": "成长型",
    "policy": "national-2024",
    "county": "410102",
    "category": "quality",
    "category_label": "优质",
    "state_label": "办理中",
    "step_label": "审查",
    "path": "self",
    "title": "示例事项",
    "id": UUID,
    "operator": "v1:0123456789abcdef0123456789abcdef",
    "feed": "tax",
    "bureau": "中原区税务局",
    "reason": "经核对，材料齐全",
    "next": None,
    "version": 1,
    "limit": 50,
}
"""What fields of these names are about, where the schema allows it."""
OF_PATTERNS = (
    "示例",
    "410102",
    "92410102MA45KD3F7Q",
    "example",
    "quality.1",
    "0123456789ABCDEF0123",
    "v1:0123456789abcdef0123456789abcdef",
    "0123456789abcdef" * 4,
    "13800000000",
    "2025",
)
"""Texts of which the first that matches a pattern is taken."""
SHORTEST = "示例"


def example_of(schema: Schema, schemas: Mapping[str, Schema], name: str = "", within: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - JSON
    """An example of what a schema describes. ``schemas``: those that it refers to; ``within``: those it is part of."""
    if "$ref" in schema:
        target = str(schema["$ref"]).rpartition("/")[2]
        return example_of(schemas[target], schemas, name, (*within, target))
    if schema.get("examples"):
        return schema["examples"][0]
    for given in ("example", "const"):
        if given in schema:
            return schema[given]
    if "enum" in schema:
        usual = OF_NAMES.get(name)
        return usual if usual in schema["enum"] else schema["enum"][0]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return _of_choices(choices, schemas, name, within)
    if parts := schema.get("allOf"):
        merged = [example_of(part, schemas, name, within) for part in parts]
        return {key: value for part in merged for key, value in part.items()} if len(merged) > 1 else merged[0]
    return _of_type(schema, schemas, name, within)


def _of_choices(choices: list[Schema], schemas: Mapping[str, Schema], name: str, within: tuple[str, ...]) -> Any:  # noqa: ANN401
    """The first that is not null; null where a model would hold itself."""
    values = [one for one in choices if one.get("type") != "null"]
    ends = len(values) < len(choices)
    again = [one for one in values if str(one.get("$ref", "")).rpartition("/")[2] in within]
    if ends and ((name in OF_NAMES and OF_NAMES[name] is None) or again):
        return None
    return example_of(next((one for one in values if one not in again), values[0]), schemas, name, within)


def _of_type(schema: Schema, schemas: Mapping[str, Schema], name: str, within: tuple[str, ...]) -> Any:  # noqa: ANN401
    match schema.get("type"):
        case "object":
            return _of_object(schema, schemas, within)
        case "array":
            return _of_array(schema, schemas, name, within)
        case "string":
            return _text(schema, name)
        case "integer":
            return int(_number(schema, name))
        case "number":
            return _number(schema, name)
        case "boolean":
            return bool(schema.get("default", True))
        case "null":
            return None
    return {} if "properties" not in schema else _of_object(schema, schemas, within)


def _of_object(schema: Schema, schemas: Mapping[str, Schema], within: tuple[str, ...]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    made = {key: example_of(one, schemas, key, within) for key, one in properties.items()}
    others = schema.get("additionalProperties")
    if not properties and isinstance(others, Mapping):
        names = schema.get("propertyNames", {})
        key = example_of(names, schemas) if names else "example"
        made[str(key)] = example_of(others, schemas, "", within)
    return made


def _of_array(schema: Schema, schemas: Mapping[str, Schema], name: str, within: tuple[str, ...]) -> list[Any]:
    if "prefixItems" in schema:
        return [example_of(one, schemas, "", within) for one in schema["prefixItems"]]
    items = schema.get("items", {})
    if str(items.get("$ref", "")).rpartition("/")[2] in within and not schema.get("minItems"):
        return []
    return [example_of(items, schemas, name, within)] * max(1, int(schema.get("minItems", 1)))


def _text(schema: Schema, name: str) -> str:
    usual, default = OF_NAMES.get(name), schema.get("default")
    for text in (usual, default, OF_FORMATS.get(schema.get("format", "")), *OF_PATTERNS):
        if isinstance(text, str) and text and _fits(schema, text):
            return text
    least, most = schema.get("minLength", 1), schema.get("maxLength", 1000)
    return (SHORTEST * int(least))[: min(int(most), max(int(least), len(SHORTEST)))]


def _fits(schema: Schema, text: str) -> bool:
    if "format" in schema and text != OF_FORMATS.get(schema["format"], text):
        return False
    long_enough = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return long_enough and re.search(schema.get("pattern", ""), text) is not None


def _number(schema: Schema, name: str) -> float:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in schema else None)
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    usual, default = OF_NAMES.get(name), schema.get("default")
    for number in (usual, default, 1, least, most):
        if isinstance(number, int | float) and (least is None or least <= number) and (most is None or number <= most):
            return number
    return 0
