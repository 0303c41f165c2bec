"""Each service's committed description, as generators of clients read it: names, tags, examples that fit."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from deploy.openapi import FOLDER

FILES = sorted(FOLDER.glob("*.json"))
NAMED = pytest.mark.parametrize(
    "description", [json.loads(path.read_bytes()) for path in FILES], ids=[p.stem for p in FILES]
)


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every JSON body and answer."""
    for one in (operation.get("requestBody", {}), *operation["responses"].values()):
        if content := one.get("content", {}).get("application/json"):
            yield content


@NAMED
def test_a_generated_client_can_name_every_schema_and_operation(description: dict[str, Any]) -> None:
    names = [*description["components"]["schemas"]]
    assert [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)*_?", name)] == []
    assert len({name.replace("_", "").lower() for name in names}) == len(names)
    assert [name for name, one in description["components"]["schemas"].items() if one["title"] != name] == []
    counted = Counter(operation["operationId"] for _, operation in operations(description))
    assert [name for name, count in counted.items() if count > 1] == []


@NAMED
def test_every_tag_is_described(description: dict[str, Any]) -> None:
    described = {tag["name"] for tag in description["tags"] if tag["description"]}
    assert {tag for _, operation in operations(description) for tag in operation["tags"]} == described


@NAMED
def test_every_body_and_answer_has_an_example_that_its_schema_allows(description: dict[str, Any]) -> None:
    components = {"components": description["components"]}
    wrong = []
    for name, operation in operations(description):
        for content in contents(operation):
            if not content.get("schema"):
                continue
            schema = {**content["schema"], **components}
            checker = jsonschema.Draft202012Validator(
                schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            )
            wrong += [
                f"{name}: {error.json_path}: {error.message[:200]}" for error in checker.iter_errors(content["example"])
            ]
    assert wrong == []
