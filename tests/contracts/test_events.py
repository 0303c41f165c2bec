"""The published language: what a foreign system may rely on."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event

from shared.contracts.annual_report import AnnualReportClosed
from shared.contracts.catalogue import BY_TYPE, PAYLOADS
from shared.contracts.generate import FOLDER, asyncapi, data_schema, documents
from shared.contracts.payload import Payload
from shared.messaging.events import (
    CONTENT_TYPE,
    Event,
    InvalidDataError,
    UnreadableError,
    bulk_event_id,
    new_event,
    parse_event,
)

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
FORBIDDEN = ("operator_id", "id_number", "phone", "mobile", "revenue", "tax_paid", "employees")


def closed(**envelope: Any) -> Event:
    payload = AnnualReportClosed(region="4101", year=2025, closed_on=date(2026, 7, 1))
    return new_event(payload, subject="4101", source="/typing", **envelope)


def test_the_committed_contract_is_what_the_payloads_say():
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert committed == documents(), "run: python -m shared.contracts.generate"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_an_old_sample_still_parses_and_fits_its_schema(sample: Path):
    raw = sample.read_bytes()
    event = parse_event(raw, BY_TYPE)
    assert event is not None, "its type is no longer in the catalogue"
    written = json.loads(raw)
    jsonschema.validate(written["data"], data_schema(type(event.data)))
    assert json.loads(event.encode())["data"].items() >= written["data"].items()


def test_every_type_has_a_sample():
    assert {json.loads(path.read_bytes())["type"] for path in SAMPLES} >= {p.event_type for p in PAYLOADS}


def test_an_event_is_read_back_as_it_was_written():
    event = closed(actor="officer-7", correlation="c-1", traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    assert parse_event(event.encode(), BY_TYPE) == event


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_cloudevents_sdk_reads_our_bytes(sample: Path):
    event = parse_event(sample.read_bytes(), BY_TYPE)
    assert event is not None
    message = KafkaMessage(
        headers={"content-type": CONTENT_TYPE.encode()}, key=event.subject.encode(), value=event.encode()
    )
    seen = from_structured_event(message)
    assert seen.get_id() == event.id
    assert seen.get_type() == event.data.event_type
    assert seen.get_source() == event.source
    assert seen.get_subject() == event.subject
    assert seen.get_time() == event.time
    assert seen.get_dataschema() == event.data.schema_uri
    assert seen.get_extension("partitionkey") == event.subject
    assert seen.get_extension("correlationid") == event.correlation


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.event_name)
def test_no_event_has_a_place_for_personal_data_or_reported_figures(payload: type[Payload]):
    names = json.dumps(data_schema(payload))
    assert not [word for word in FORBIDDEN if f'"{word}"' in names]


def test_types_and_topics_are_named_as_agreed():
    for payload in PAYLOADS:
        owner = payload.topic.partition(".")[0]
        assert payload.event_type == f"cn.minglu.{owner}.{payload.event_name}.v{payload.version}"


def test_an_event_that_follows_another_stays_in_its_chain():
    first = closed()
    second = new_event(first.data, subject="4101", source="/typing", cause=first)
    assert (second.correlation, second.causation) == (first.id, first.id)


def test_bulk_ids_repeat_and_differ_by_household():
    run = UUID("5f0c2f3e-6f1d-4a53-9a54-0d6a8a1b2c3d")
    assert bulk_event_id(run, "A") == bulk_event_id(run, "A") != bulk_event_id(run, "B")


@pytest.mark.parametrize("missing", ["id", "source", "type", "subject", "time", "specversion"])
def test_an_envelope_without_an_attribute_is_unreadable(missing: str):
    envelope = json.loads(closed().encode())
    del envelope[missing]
    with pytest.raises(UnreadableError):
        parse_event(json.dumps(envelope).encode(), BY_TYPE)


@pytest.mark.parametrize("revision", [2**40 + 1, 2**62])
def test_a_revision_that_no_service_can_have_come_to_is_unreadable(revision: int):
    envelope = json.loads((Path(__file__).parent / "samples" / "HouseholdTyped.v1.json").read_bytes())
    envelope["data"]["revision"] = revision
    with pytest.raises(UnreadableError, match="no count of changes"):
        parse_event(json.dumps(envelope).encode(), BY_TYPE)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"{}" * 2])
def test_bytes_that_are_no_event_are_unreadable(raw: bytes):
    with pytest.raises(UnreadableError):
        parse_event(raw, BY_TYPE)


def test_wrong_data_of_a_known_type_names_the_fields_and_not_their_values():
    envelope = json.loads(closed().encode())
    envelope["data"]["year"] = "wrong-value"
    with pytest.raises(InvalidDataError, match="year") as refused:
        parse_event(json.dumps(envelope).encode(), BY_TYPE)
    assert "wrong-value" not in str(refused.value)


def test_an_unknown_type_is_no_error_and_unknown_fields_are_passed_over():
    envelope = json.loads(closed().encode())
    assert parse_event(json.dumps({**envelope, "type": "cn.minglu.other.Thing.v1"}).encode(), BY_TYPE) is None
    envelope["data"]["added_later"] = 1
    assert parse_event(json.dumps(envelope).encode(), BY_TYPE) is not None


def test_times_are_written_in_utc():
    assert json.loads(closed().encode())["time"].endswith("Z")
    assert closed().time <= datetime.now(UTC)


def test_all_references_of_the_asyncapi_document_lead_somewhere():
    document = asyncapi()

    def walk(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [found for child in node.values() for found in walk(child)]
        return [found for child in node for found in walk(child)] if isinstance(node, list) else []

    references = walk(document)
    assert references
    for reference in references:
        at: object = document
        for step in reference.removeprefix("#/").split("/"):
            assert isinstance(at, dict), reference
            assert step in at, reference
            at = at[step]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_fits_its_message_in_the_asyncapi_document(sample: Path):
    envelope, document = json.loads(sample.read_bytes()), asyncapi()
    schema = {**document["components"]["messages"][envelope["type"]]["payload"], "components": document["components"]}
    jsonschema.validate(envelope, schema)
