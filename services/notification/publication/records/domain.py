"""States of a record at a system, and the canonical bytes that digests are made of."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

import orjson

from services.notification.publication.systems import Kind
from shared.platform.state_machine import StateMachine


class RowState(StrEnum):
    """How far a system is with a record."""

    WAITING = "waiting"
    IN_BATCH = "in-batch"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"


class Urgency(IntEnum):
    """What is changed or taken back goes before what is published for the first time or every year."""

    URGENT = 0
    BULK = 1


ROW_STATES = StateMachine(
    "上报记录",
    {
        RowState.WAITING: {RowState.IN_BATCH},
        RowState.IN_BATCH: {RowState.ACKNOWLEDGED, RowState.REJECTED, RowState.WAITING},
        RowState.ACKNOWLEDGED: {RowState.WAITING},
        RowState.REJECTED: {RowState.WAITING},
    },
    {
        RowState.WAITING: "待上报",
        RowState.IN_BATCH: "上报中",
        RowState.ACKNOWLEDGED: "对方已确认",
        RowState.REJECTED: "对方已退回",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDraft:
    """What is to stand in the systems. `revision`: the source's; a lower one than the record's is passed over.

    `removed`: it is to stand there no longer, whatever the content. `urgency`: of a change; `first_urgency`: where
    there was no record before.
    """

    kind: Kind
    key: str
    uscc: str | None
    region: str
    revision: int | None
    content: Mapping[str, Any]
    removed: bool = False
    urgency: Urgency = Urgency.URGENT
    first_urgency: Urgency = Urgency.BULK


def canonical(content: Mapping[str, Any]) -> bytes:
    """One spelling of a content: UTF-8 JSON with sorted keys, without blanks."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def content_digest(content: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical content: 32 bytes."""
    return hashlib.sha256(canonical(content)).digest()


def county_digest(digests: Mapping[str, bytes]) -> str:
    """SHA-256 over key and content digest of each record, in the order of the keys' bytes."""
    whole = hashlib.sha256()
    for key in sorted(digests, key=str.encode):
        whole.update(key.encode())
        whole.update(digests[key])
    return whole.hexdigest()
