"""Whatever the order in which events are heard, and however often: the same is to stand in the systems in the end."""

import uuid
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import TextClause, text

from services.notification.publication.records import repository as record_repository
from services.notification.publication.registers import repository as register_repository
from services.notification.publication.systems import KINDS_OF, Kind
from shared.contracts.payload import Payload, StatePayload
from shared.contracts.recognition import (
    ApplicationRefused,
    ApplicationReturned,
    ApplicationSubmitted,
    InformationReportFiled,
    InformationReportOverdue,
    RecognitionCancelled,
    RecognitionConfirmed,
    RecognitionGranted,
    RecognitionReinstated,
    RecognitionRevoked,
    RecognitionTransferred,
)
from tests.integration.notification.notification_client import COUNTY, uscc
from tests.integration.notification.publication.published import Publisher, changed, recognition, typed

OBJECTION = uuid.UUID("1f7e4a42-3b1c-4d2e-9f10-0a1b2c3d4e5f")
TABLES = (
    "publication_record",
    "publication_row",
    "publication_household",
    "publication_recognition",
    "publication_notice",
    "publication_ended_application",
    "publication_unnamed",
)
TYPES: Sequence[Mapping[str, Any]] = [
    {"kind": "growth", "unknown_feeds": []},
    {"kind": "survival", "year": 2027, "name": "分型时名称", "region": "410104"},
    {"kind": "ineligible", "defects": ["base.abnormal"], "unknown_feeds": []},
    {"kind": "ineligible", "defects": ["base.not-reported"], "unknown_feeds": []},
    {"kind": "gap"},
    {"kind": "undetermined", "unknown_feeds": ["credit"]},
]
ENTRIES: Sequence[Mapping[str, Any]] = [
    {},
    {"name": "改名商行"},
    {"region": "410103"},
    {"status": "cancelled"},
]
RECOGNITIONS: Sequence[tuple[type[Any], Mapping[str, Any]]] = [
    (RecognitionGranted, {"application": OBJECTION, "path": "application", "name": "认定时名称", "certificate": "M1"}),
    (RecognitionConfirmed, {"year": 2027, "name": "认定时名称", "certificate": "M1"}),
    (RecognitionTransferred, {"region": "410103", "from_region": COUNTY}),
    (RecognitionRevoked, {"banned_until": "2031-11-20"}),
    (RecognitionCancelled, {}),
    (RecognitionReinstated, {"objection": OBJECTION, "benefits_from": "2027-01-01"}),
    (InformationReportOverdue, {"year": 2027}),
    (InformationReportFiled, {"year": 2027}),
]
APPLICATIONS: Sequence[tuple[type[Any], Mapping[str, Any]]] = [
    (ApplicationSubmitted, {}),
    (ApplicationSubmitted, {"name": "申报时名称"}),
    (ApplicationReturned, {"due_on": "2026-09-30"}),
    (ApplicationRefused, {"reason": "不符合"}),
]


def application(kind: type[Any], revision: int, **more: Any) -> StatePayload:
    """A state of the household's application."""
    said: dict[str, Any] = {
        "application": OBJECTION,
        "uscc": uscc(1),
        "region": COUNTY,
        "category": "quality",
        "operator_ref": None,
        "path": "application",
    }
    payload: StatePayload = kind(**said, revision=revision, **more)
    return payload


@st.composite
def histories(draw: st.DrawFn) -> list[Payload]:
    """What happened to a household, in order; revisions grow by source."""
    kinds = st.sampled_from(["typed", "changed", "recognition", "application"])
    happened: list[Payload] = []
    for revision, kind in enumerate(draw(st.lists(kinds, min_size=3, max_size=10)), start=1):
        match kind:
            case "typed":
                happened.append(typed(revision=revision, **draw(st.sampled_from(TYPES))))
            case "changed":
                happened.append(changed(revision, **draw(st.sampled_from(ENTRIES))))
            case "recognition":
                said, more = draw(st.sampled_from(RECOGNITIONS))
                happened.append(recognition(said, revision, **more))
            case _:
                said, more = draw(st.sampled_from(APPLICATIONS))
                happened.append(application(said, revision, **more))
    return happened


@st.composite
def heard_otherwise(draw: st.DrawFn) -> tuple[list[Payload], list[list[Payload]]]:
    """A history, and batches in which all of it is heard: in any order, some of it again."""
    history = draw(histories())
    repeated = draw(st.lists(st.sampled_from(history), max_size=4))
    order = draw(st.permutations([*history, *repeated]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=4)))
    bounds = [0, *cuts, len(order)]
    return history, [order[start:end] for start, end in pairwise(bounds)]


async def published(publisher: Publisher) -> dict[tuple[str, str], Any]:
    """What is to stand in the systems; every system that holds a kind has a row of it."""
    records = await publisher.office.sql("select * from publication_record where not removed")
    rows = await publisher.office.sql("select system, kind, key, wanted_version from publication_row")
    wanted = {(row["system"], row["kind"], row["key"], row["wanted_version"]) for row in rows}
    assert wanted == {
        (system.value, one["kind"], one["key"], one["version"])
        for one in records
        for system, kinds in KINDS_OF.items()
        if Kind(one["kind"]) in kinds
    }
    return {(one["kind"], one["key"]): (one["region"], orjson.loads(one["content"])) for one in records}


async def after(publisher: Publisher, batches: Sequence[Sequence[Payload]]) -> dict[tuple[str, str], Any]:
    """What is to stand there after these batches."""
    for table in TABLES:
        await publisher.execute(f"delete from {table}")
    for batch in batches:
        await publisher.hear(*batch)
    return await published(publisher)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(heard=heard_otherwise())
async def test_any_order_and_repetition_ends_with_the_same_records(
    publisher: Publisher, heard: tuple[list[Payload], list[list[Payload]]]
) -> None:
    history, batches = heard
    assert await after(publisher, batches) == await after(publisher, [[one] for one in history])


def without(statement: TextClause, *conditions: str) -> TextClause:
    """A statement that does not look at revisions."""
    naive = str(statement)
    for condition in conditions:
        assert condition in naive
        naive = naive.replace(condition, "")
    return text(naive)


NAIVE = {
    "APPLY_TYPED": (
        "WHERE b.typed_revision IS NULL OR b.typed_revision < n.revision",
        "WHERE h.typed_revision < excluded.typed_revision",
    ),
    "APPLY_CHANGED": (
        "WHERE b.uscc IS NULL OR b.changed_revision < n.revision",
        "WHERE h.changed_revision < excluded.changed_revision",
    ),
    "APPLY_RECOGNITIONS": ("WHERE r.revision < excluded.revision",),
}
LATER_FIRST: Mapping[str, list[Payload]] = {
    "APPLY_TYPED": [typed("growth", 1), typed("gap", 2)],
    "APPLY_CHANGED": [typed("growth", 1), changed(2), changed(3, name="改名商行")],
    "APPLY_RECOGNITIONS": [
        typed("growth", 1),
        recognition(RecognitionGranted, 2),
        recognition(RecognitionCancelled, 3),
    ],
    "WANT": [
        application(ApplicationSubmitted, 1, name="申报时名称"),
        application(ApplicationRefused, 2, name="申报时名称", reason="不符合"),
    ],
}


@pytest.mark.parametrize("statement", LATER_FIRST)
async def test_a_publisher_that_ignores_revisions_would_be_caught(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    history = LATER_FIRST[statement]
    ordered = [[one] for one in history]
    right = await after(publisher, ordered)
    assert await after(publisher, ordered[::-1]) == right
    module: Any = record_repository if statement == "WANT" else register_repository
    conditions = NAIVE.get(statement, ("coalesce(d.revision >= r.revision, true) AND",))
    monkeypatch.setattr(module, statement, without(getattr(module, statement), *conditions))
    assert await after(publisher, ordered[::-1]) != right
