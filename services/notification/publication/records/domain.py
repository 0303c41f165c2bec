"""States of a record at a system, and the canonical bytes that digests are made of."""

import hashlib
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Any

import orjson

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
    "公示记录",
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
