"""Answers from which everything is left out that a service may leave out, as its committed description says."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.integration.portal.samples import OPENAPI, schemas
from tests.integration.portal.test_clients import described, matches

SERVICES = tuple(sorted(one.stem for one in OPENAPI.glob("*.json")))


def sparse_answers(answers: Mapping[str, Any], service: str) -> Iterator[tuple[str, Any]]:
    """Those of a service, by path: members that may be null are, members that need not be there are not."""
    paths = described(service)["paths"]
    for pattern, operations in paths.items():
        content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        for path, answer in answers.items():
            if schema and (path == pattern or (path not in paths and matches(pattern, path))):
                yield path, _sparse(service, schema, answer)


def _sparse(service: str, schema: Mapping[str, Any], value: Any) -> Any:
    if "$ref" in schema:
        return _sparse(service, schemas(service)[schema["$ref"].rpartition("/")[2]], value)
    if any(one.get("type") == "null" for one in schema.get("anyOf", ())):
        return None
    if isinstance(value, list):
        return [_sparse(service, schema.get("items", {}), one) for one in value]
    known = schema.get("properties")
    if isinstance(value, dict) and known:
        kept = schema.get("required", ())
        return {name: _sparse(service, known[name], one) for name, one in value.items() if name in kept}
    return value
