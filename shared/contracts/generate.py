"""Writes the published contract: `python -m shared.contracts.generate` fills docs/contracts.

One JSON Schema (2020-12) per payload, named as its events' `dataschema` says, and one AsyncAPI 3.0 document over
all topics. A test fails when the folder differs from what this would write.
"""

import json
from pathlib import Path
from typing import Any

from shared.contracts.catalogue import PAYLOADS, TOPICS
from shared.contracts.payload import Payload

FOLDER = Path(__file__).parents[2] / "docs" / "contracts"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ATTRIBUTES: dict[str, tuple[str, dict[str, Any]]] = {
    "specversion": ("CloudEvents version", {"const": "1.0"}),
    "id": ("Fixed when the event is written; the same on every delivery", {"type": "string", "minLength": 1}),
    "source": ("The service that owns the fact", {"type": "string", "format": "uri-reference"}),
    "subject": ("The uscc, or the region of an area's fact; order holds per subject", {"type": "string"}),
    "time": ("When the event was written", {"type": "string", "format": "date-time"}),
    "datacontenttype": ("Always JSON", {"const": "application/json"}),
    "partitionkey": ("The subject; also the record's key", {"type": "string"}),
    "correlationid": ("The first event of the chain", {"type": "string"}),
    "causationid": ("The event that led to this one", {"type": "string"}),
    "actor": ("Who decided: an officer's subject", {"type": "string"}),
    "traceparent": ("W3C trace context", {"type": "string"}),
}
OPTIONAL = {"causationid", "actor", "traceparent"}


def documents() -> dict[str, str]:
    """File name → content, of the whole folder."""
    contents = {f"{payload.event_type}.json": data_schema(payload) for payload in PAYLOADS}
    contents["asyncapi.json"] = asyncapi()
    return {name: json.dumps(content, ensure_ascii=False, indent=2) + "\n" for name, content in contents.items()}


def data_schema(payload: type[Payload]) -> dict[str, Any]:
    """The schema of an event's `data`."""
    return {"$schema": DIALECT, "$id": payload.schema_uri, **payload.model_json_schema()}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI document: a channel per topic, a message per payload."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Minglu events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in structured JSON. Topics have 12 partitions, keyed by the subject.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic: _channel(topic) for topic in TOPICS},
        "operations": {f"receive-{topic.replace('.', '-')}": _operation(topic) for topic in TOPICS},
        "components": {
            "messages": {payload.event_type: _message(payload) for payload in PAYLOADS},
            "schemas": {payload.event_type: _embedded(payload) for payload in PAYLOADS},
        },
    }


def _channel(topic: str) -> dict[str, Any]:
    types = [payload.event_type for payload in PAYLOADS if payload.topic == topic]
    return {
        "address": topic,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in types},
        "bindings": {"kafka": {"topic": topic, "partitions": 12, "bindingVersion": "0.5.0"}},
    }


def _operation(topic: str) -> dict[str, Any]:
    return {"action": "receive", "channel": {"$ref": f"#/channels/{topic}"}}


def _message(payload: type[Payload]) -> dict[str, Any]:
    properties = {name: {"description": about, **schema} for name, (about, schema) in ATTRIBUTES.items()}
    properties["type"] = {"const": payload.event_type}
    properties["dataschema"] = {"const": payload.schema_uri}
    properties["data"] = {"$ref": f"#/components/schemas/{payload.event_type}"}
    return {
        "name": payload.event_type,
        "title": payload.event_name,
        "summary": (payload.__doc__ or "").strip().partition("\n")[0],
        "contentType": "application/cloudevents+json",
        "payload": {
            "type": "object",
            "required": sorted(properties.keys() - OPTIONAL),
            "properties": properties,
        },
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
    }


def _embedded(payload: type[Payload]) -> dict[str, Any]:
    """The schema with its definitions where they are used: references must stay inside the document."""
    schema = payload.model_json_schema(ref_template=f"#/components/schemas/{payload.event_type}/$defs/{{model}}")
    return dict(schema)


def main() -> None:
    """Writes the folder and removes files that are no longer generated."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    contents = documents()
    for stale in set(FOLDER.glob("*.json")) - {FOLDER / name for name in contents}:
        stale.unlink()
    for name, content in contents.items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
