"""The facts that a rule may declare: fields of its event, of one item of its event's list, of the household's copy, or
of the envelope. What a payload's field may be is read from the contract, so that wrong names are refused where they are
written.
"""

import datetime as dt
import types
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from shared.contracts.catalogue import PAYLOADS
from shared.contracts.notification import PublicationLate
from shared.contracts.objection import EvidenceCorrected
from shared.contracts.payload import Payload

TOPICS = frozenset(
    {"annual-report.events", "objection.events", "recognition.events", "support.events", "typing.events"}
)
"""Whose events the service hears; of its own only `OWN`: what it says of its messages leads to no message."""
OWN = frozenset({PublicationLate})
UNTOLD = frozenset({EvidenceCorrected})
"""Sealed for somebody else."""
PAYLOADS_BY_NAME: Mapping[str, type[Payload]] = {
    payload.event_name: payload
    for payload in PAYLOADS
    if (payload.topic in TOPICS and payload not in UNTOLD) or payload in OWN
}
"""What a rule may be about."""
HOUSEHOLD: Mapping[str, object] = {
    "uscc": "92410105MA00000001",
    "name": "示例便利店",
    "region": "410105",
    "type": "growth",
    "typed_year": 2026,
    "status": "registered",
}
"""What may be told of the copy of a household, with samples. Its operator is no fact: nobody reads a pseudonym."""
ENVELOPE: Mapping[str, object] = {"time": dt.datetime(2026, 8, 5, 9, tzinfo=dt.UTC)}
"""What may be told of the envelope, with samples."""
MAYBE_UNTYPED = frozenset({"type", "typed_year"})
"""Of a household that was never typed these are empty."""
SAMPLE_TEXT = "示例"
SAMPLES: Mapping[type, object] = {
    str: SAMPLE_TEXT,
    int: 3,
    bool: True,
    dt.date: dt.date(2026, 8, 15),
    AwareDatetime: ENVELOPE["time"],
    uuid.UUID: uuid.UUID("0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d"),
}
SAMPLE_CODES: Mapping[str, object] = {"uscc": HOUSEHOLD["uscc"], "region": HOUSEHOLD["region"]}


def plain(annotation: object) -> object:
    """A field's type without its annotations and without None."""
    if get_origin(annotation) is Annotated:
        return plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [one for one in get_args(annotation) if one is not types.NoneType]
        return plain(kinds[0]) if len(kinds) == 1 else object
    return annotation


def may_be_none(shape: type[BaseModel], field: str) -> bool:
    """Whether a field may be empty."""
    annotation = shape.model_fields[field].annotation
    return types.NoneType in get_args(annotation)


def item_shape(payload: type[Payload], field: str) -> type[BaseModel] | None:
    """The shape of the items of a payload's list of objects; None where the field is no such list."""
    kind = plain(payload.model_fields[field].annotation) if field in payload.model_fields else None
    item = get_args(kind)[0] if get_origin(kind) is list else None
    return item if isinstance(item, type) and issubclass(item, BaseModel) else None


def is_list(payload: type[Payload], field: str) -> bool:
    """Whether a field holds a list."""
    return get_origin(plain(payload.model_fields[field].annotation)) is list


def sample(shape: type[BaseModel], field: str) -> Any:  # noqa: ANN401 - a value of whatever kind the field has
    """A value that the field could have."""
    if field in SAMPLE_CODES:
        return SAMPLE_CODES[field]
    kind = plain(shape.model_fields[field].annotation)
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) is list:
        item = get_args(kind)[0]
        if isinstance(item, type) and issubclass(item, BaseModel):
            return [{name: sample(item, name) for name in item.model_fields}]
        return [_sample_of(item)]
    if field.endswith("region") or field in ("explained_by", "climbed_to"):
        return HOUSEHOLD["region"]
    return _sample_of(kind)


def _sample_of(annotation: object) -> object:
    kind = plain(annotation)
    return SAMPLES.get(kind, SAMPLE_TEXT) if isinstance(kind, type) else SAMPLE_TEXT
