"""The event: a payload in its CloudEvents 1.0 envelope, and the bytes it travels in.

The envelope carries the trace that the event belongs to (W3C `traceparent`): the Kafka instrumentations lose the
context between the message and its handler; this does not.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

import orjson
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic import ValidationError

from shared import clock
from shared.contracts.payload import Payload, StatePayload
from shared.messaging.bus import Record

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("minglu.messaging")


def current_traceparent() -> str | None:
    """The running span as a `traceparent`, or None outside any trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continue_trace(traceparent: str | None, name: str) -> Iterator[None]:
    """Runs the block in a span of the trace that the event came with (a new trace if it came with none)."""
    context = _propagator.extract({"traceparent": traceparent}) if traceparent else None
    with _tracer.start_as_current_span(name, context=context):
        yield


CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"

REQUIRED = ("id", "source", "type", "subject")
OPTIONAL = ("correlationid", "causationid", "actor", "traceparent")

MOST_REVISIONS = 2**40
"""Above this a revision is no count of changes: at a thousand a second it takes 34 years to get there. A time in
milliseconds, or a forged number, would keep a subject from every later change.
"""

P = TypeVar("P", bound=Payload)


class UnreadableError(ValueError):
    """Bytes that are no event of ours: not JSON, not a CloudEvents 1.0 envelope with a subject, or a state whose
    revision no service can have come to.
    """


class InvalidDataError(ValueError):
    """An event of a type we know, whose data does not fit the type's schema."""


def envelope_of(data: type[Payload], source: str, time: datetime, correlation: str) -> dict[str, object]:
    """The attributes that do not depend on the single event (CloudEvents 1.0, structured JSON)."""
    return {
        "specversion": "1.0",
        "source": source,
        "type": data.event_type,
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": data.schema_uri,
        "correlationid": correlation,
    }


@dataclass(frozen=True, slots=True)
class ChainLink:
    """The last event of a chain, as work that takes long keeps it: the next event goes on from here."""

    correlation: str
    causation: str
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `subject`, the uscc or an area's region, is also its key: order holds per subject.

    `published`: the bytes that it was read from, for whoever hands it on as it is; none where it was not read.
    """

    id: str
    source: str
    subject: str
    time: datetime
    data: Payload
    correlation: str
    causation: str | None = None
    actor: str | None = None
    traceparent: str | None = None
    published: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def link(self) -> ChainLink:
        """What an event that follows this one, perhaps much later, goes on from."""
        return ChainLink(self.correlation, self.id, self.traceparent)

    def payload(self, kind: type[P]) -> P:
        """The data as `kind`. TypeError if it is of another kind: a handler was registered wrongly."""
        if type(self.data) is not kind:
            raise TypeError(f"{type(self.data).event_type} is not {kind.event_type}")
        return self.data

    def encode(self) -> bytes:
        """The CloudEvents JSON; attributes without a value are left out, as the standard demands."""
        data = type(self.data)
        envelope = envelope_of(data, self.source, self.time, self.correlation)
        envelope |= {"id": self.id, "subject": self.subject, "partitionkey": self.subject}
        optional = (("causationid", self.causation), ("actor", self.actor), ("traceparent", self.traceparent))
        envelope.update((name, value) for name, value in optional if value is not None)
        envelope["data"] = orjson.Fragment(data.__pydantic_serializer__.to_json(self.data))
        return orjson.dumps(envelope, option=orjson.OPT_UTC_Z)


def new_event(
    payload: Payload,
    *,
    subject: str,
    source: str,
    actor: str | None = None,
    cause: Event | ChainLink | None = None,
    correlation: str | None = None,
    traceparent: str | None = None,
) -> Event:
    """An event with an id of its own, in the chain of the event that caused it."""
    event_id = str(uuid4())
    link = cause.link if isinstance(cause, Event) else cause
    return Event(
        id=event_id,
        source=source,
        subject=subject,
        time=clock.now(),
        data=payload,
        correlation=correlation or (link.correlation if link else event_id),
        causation=link.causation if link else None,
        actor=actor,
        traceparent=traceparent or (link.traceparent if link else None),
    )


def bulk_event_id(origin: UUID, subject: str) -> str:
    """The id of the fact that a run or a delivery tells about one subject: the same each time that it is streamed."""
    return str(uuid5(origin, subject))


class BulkEncoder:
    """Events of one kind with one origin, a run or a delivery, as the bytes that travel.

    What they share is put together once: there are millions. Their ids are UUIDv5 of origin and subject, so an event
    that is encoded twice is the same event. `same`: data that all of them carry; `after`: the event that led to them.
    """

    def __init__(
        self,
        data: type[Payload],
        origin: UUID,
        *,
        source: str,
        time: datetime,
        actor: str | None,
        same: Mapping[str, object],
        after: ChainLink | None = None,
    ) -> None:
        self._origin = UUID(str(origin))  # asyncpg's own UUID is unknown to orjson
        self._envelope = envelope_of(data, source, time, after.correlation if after else str(origin))
        of_all = {"actor": actor}
        if after is not None:
            of_all |= {"causationid": after.causation, "traceparent": after.traceparent}
        self._envelope |= {name: value for name, value in of_all.items() if value is not None}
        self._same = dict(same)

    def record(self, subject: str, data: Mapping[str, object]) -> Record:
        """One event; `data` as its payload has it, and not validated again."""
        event = self._envelope | {
            "id": bulk_event_id(self._origin, subject),
            "subject": subject,
            "partitionkey": subject,
            "data": {**data, **self._same},
        }
        return Record(key=subject, value=orjson.dumps(event, option=orjson.OPT_UTC_Z))


def read_envelope(raw: bytes) -> dict[str, Any]:
    """The envelope's attributes, as received. UnreadableError says which one is wrong.

    PostgreSQL's texts cannot hold U+0000, so the attributes that we store must not hold it either.
    """
    try:
        envelope = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise UnreadableError("not JSON") from error
    if not isinstance(envelope, dict) or envelope.get("specversion") != "1.0":
        raise UnreadableError("not a CloudEvents 1.0 envelope")
    for name in REQUIRED:
        value = envelope.get(name)
        if not isinstance(value, str) or not value or "\x00" in value:
            raise UnreadableError(f"attribute {name} is missing or not a text")
    for name in OPTIONAL:
        value = envelope.get(name)
        if value is not None and not isinstance(value, str):
            raise UnreadableError(f"attribute {name} is not a text")
    return envelope


def parse_event(raw: bytes, known: Mapping[str, type[Payload]]) -> Event | None:
    """The event in these bytes, or None if its type is not among `known` (by event_type).

    Raises UnreadableError, or InvalidDataError if the envelope is in order but the data is not.
    """
    envelope = read_envelope(raw)
    payload = known.get(envelope["type"])
    if payload is None:
        return None
    try:
        data = payload.model_validate(envelope.get("data"))
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, problem["loc"])) or "data" for problem in error.errors())
        raise InvalidDataError(f"{envelope['type']}: {fields}") from error
    if isinstance(data, StatePayload) and data.revision > MOST_REVISIONS:
        raise UnreadableError(f"revision {data.revision} is no count of changes")
    return Event(
        id=envelope["id"],
        source=envelope["source"],
        subject=envelope["subject"],
        time=_read_time(envelope.get("time")),
        data=data,
        correlation=envelope.get("correlationid") or envelope["id"],
        causation=envelope.get("causationid"),
        actor=envelope.get("actor"),
        traceparent=envelope.get("traceparent"),
        published=raw,
    )


def _read_time(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise UnreadableError("attribute time is missing or not a time") from error
    if moment.tzinfo is None:
        raise UnreadableError("attribute time has no offset")
    return moment
