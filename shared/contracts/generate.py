"""Writes the published contract: `python -m shared.contracts.generate` fills docs/contracts.

One JSON Schema (2020-12) per payload, named as its events' `dataschema` says, and one AsyncAPI 3.1 document over
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
    "correlationid": ("The first event of the chain; of HouseholdChanged, the delivery", {"type": "string"}),
    "causationid": ("The event that led to this one", {"type": "string"}),
    "actor": ("Who decided: an officer's subject", {"type": "string"}),
    "traceparent": ("W3C trace context", {"type": "string"}),
}
OPTIONAL = {"causationid", "actor", "traceparent"}
INBOUND = "annual-report.events"
"""The topic that other systems write."""
RULES = """\
CloudEvents 1.0 in structured JSON, as another system sends and receives them.

- Topics have 12 partitions. The record's key is the subject in UTF-8, its partition murmur2 of the key, as in Kafka's \
own Java client; librdkafka needs `partitioner=murmur2_random`. Order holds per subject.
- Events may come again and late: an event counts once per `source` and `id`. Where `data` has a `revision`, apply the \
event only if its revision is higher than the one held for the subject.
- `year` in AnnualReportClosed and AnnualReportFiled is the year that the figures are about: `closed_on` lies in the \
year after, `filed_on` in a later year, neither in the future. In TypingRunCompleted and TypingRunPublished it is the \
year of the as-of day.
- Each message on annual-report.events is answered once on annual-report.answers: taken, known already, or refused \
with the reason. A refused one changed nothing; send the corrected event with a new id.
- A `revision` above 2^40 is a fault of its sender: nobody applies it.
- Unknown fields are to be ignored: within a version optional ones are added.
"""
SERVER: dict[str, Any] = {
    "host": "{host}:{port}",
    "protocol": "kafka-secure",
    "description": "TLS by the operator's CA; each user has its rules per topic.",
    "variables": {
        "host": {"description": "A broker of the installation", "default": "bus.example.test"},
        "port": {"default": "9094"},
    },
    "security": [{"$ref": "#/components/securitySchemes/password"}],
}
SAMPLES = Path(__file__).parents[2] / "tests" / "contracts" / "samples"
"""One event of each type that every later version must still read: also the examples of the document."""


def documents() -> dict[str, str]:
    """File name → content, of the whole folder."""
    contents = {f"{payload.event_type}.json": data_schema(payload) for payload in PAYLOADS}
    contents["asyncapi.json"] = asyncapi()
    return {name: json.dumps(content, ensure_ascii=False, indent=2) + "\n" for name, content in contents.items()}


def data_schema(payload: type[Payload]) -> dict[str, Any]:
    """The schema of an event's `data`."""
    return {"$schema": DIALECT, "$id": payload.schema_uri, **payload.model_json_schema()}


def asyncapi(*, with_examples: bool = True) -> dict[str, Any]:
    """The AsyncAPI document: a channel per topic, a message per payload. Examples lie beside the tests."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Minglu events",
            "version": "1.0.0",
            "description": RULES,
        },
        "servers": {"bus": SERVER},
        "defaultContentType": "application/cloudevents+json",
        "channels": {topic: _channel(topic) for topic in TOPICS},
        "operations": _operations(),
        "components": {
            "securitySchemes": {
                "password": {"type": "scramSha512", "description": "A user and its password, over TLS."}
            },
            "messages": {payload.event_type: _message(payload, with_examples) for payload in PAYLOADS},
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


def _operations() -> dict[str, Any]:
    """As another system does them: it receives from every topic, and sends to the inbound one."""
    operations = {_operation_id("receive", topic): _operation("receive", topic) for topic in TOPICS if topic != INBOUND}
    return {_operation_id("send", INBOUND): _operation("send", INBOUND)} | operations


def _operation_id(action: str, topic: str) -> str:
    return f"{action}-{topic.replace('.', '-')}"


def _operation(action: str, topic: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{topic}"}}


def _message(payload: type[Payload], with_examples: bool) -> dict[str, Any]:
    properties = {name: {"description": about, **schema} for name, (about, schema) in ATTRIBUTES.items()}
    properties["type"] = {"const": payload.event_type}
    properties["dataschema"] = {"const": payload.schema_uri}
    properties["data"] = {"$ref": f"#/components/schemas/{payload.event_type}"}
    message: dict[str, Any] = {
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
    if with_examples:
        message["examples"] = [{"payload": json.loads(_sample(payload).read_bytes())}]
    return message


def _sample(payload: type[Payload]) -> Path:
    return SAMPLES / f"{payload.event_name}.v{payload.version}.json"


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
