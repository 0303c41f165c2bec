"""The sandbox's national systems are strict: of every kind they take what the publisher makes, nothing beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from deploy.sandbox.national_contents import SHAPES, fault_of
from services.notification.publication.peers.peer import Record
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.systems import Kind
from tests.integration.notification.publication.every_kind import records

RECORDS = {one.kind: one for one in records() if not one.removed}
WRONG: tuple[Any, ...] = (
    "",
    "  ",
    "某",
    -1,
    10**9,
    True,
    1.5,
    [],
    ["某"],
    {},
    {"某": 1},
    [{}],
    "2026-13-01",
    "20260901",
)
"""What is right in few fields"""


def fault(record: Record, content: Mapping[str, Any]) -> Reason | None:
    """Why it is refused with this content."""
    return fault_of(record.kind, record.key, record.uscc, record.region, content)


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every object in a content, by the way to it."""
    if isinstance(content, dict):
        yield path
        for name, inner in content.items():
            yield from places(inner, (*path, name))
    elif isinstance(content, list) and content:
        yield from places(content[0], (*path, 0))


def changed(content: Any, path: tuple[Any, ...], said: Mapping[str, Any]) -> Any:
    """The content with another object at a place."""
    if not path:
        return dict(said)
    first, *rest = path
    inner = changed(content[first], tuple(rest), said)
    return [inner, *content[1:]] if isinstance(content, list) else {**content, first: inner}


def at(content: Any, path: tuple[Any, ...]) -> Mapping[str, Any]:
    """The object at a place."""
    for one in path:
        content = content[one]
    return dict(content)


def test_there_is_a_record_of_every_kind() -> None:
    assert {*RECORDS} == {*SHAPES} == {*Kind}


@pytest.mark.parametrize("kind", list(Kind))
def test_what_the_publisher_makes_is_right(kind: Kind) -> None:
    made = [one for one in records() if one.kind is kind and not one.removed]
    assert [fault(one, one.content) for one in made] == [None] * len(made)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_field_too_few_or_too_many_anywhere_is_refused(kind: Kind) -> None:
    record = RECORDS[kind]
    for path in places(record.content):
        there = at(record.content, path)
        assert fault(record, changed(record.content, path, {**there, "remark": "备注"})) is Reason.INCOMPLETE
        for name in there:
            fewer = {other: said for other, said in there.items() if other != name}
            assert fault(record, changed(record.content, path, fewer)) is Reason.INCOMPLETE, (path, name)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_cannot_stand_in_a_field_is_refused(kind: Kind) -> None:
    record = RECORDS[kind]
    for path in places(record.content):
        there = at(record.content, path)
        for name in there:
            refused = [one for one in WRONG if fault(record, changed(record.content, path, {**there, name: one}))]
            assert len(refused) >= len(WRONG) - 3, (path, name, refused)
            assert "" in refused, (path, name)
            assert any(one is True for one in refused), "true is no number"


@pytest.mark.parametrize(
    ("kind", "said", "reason"),
    [
        (Kind.TYPE, {"type_label": "待核"}, Reason.LABEL),
        (Kind.TYPE, {"year": "2026"}, Reason.YEAR),
        (Kind.TYPE, {"region": "410103"}, Reason.REGION),
        (Kind.RECOGNITION, {"state": "已撤销"}, Reason.VALUE),
        (Kind.RECOGNITION, {"valid_until": None}, Reason.DATE),
        (Kind.RESTORED_CREDIT, {"restored": ["失信"]}, Reason.VALUE),
        (Kind.RESTORED_CREDIT, {"restored": []}, Reason.VALUE),
        (Kind.APPLICATION, {"state": "有效"}, Reason.VALUE),
        (Kind.APPLICATION, {"reason": "材料不全"}, Reason.INCOMPLETE),
        (Kind.PUBLIC_NOTICE, {"closes_on": "2020-01-01"}, Reason.PERIOD),
        (Kind.PUBLIC_NOTICE, {"uscc": "92410102MA0000007A"}, Reason.INCOMPLETE),
        (Kind.INFORMATION_REPORT, {"state": "已报"}, Reason.VALUE),
        (Kind.OPERATOR_CHANGE, {"seen_on": "2026-02-30"}, Reason.DATE),
        (Kind.CRITERIA, {"year": 2030}, Reason.VALUE),
        (Kind.RECOGNITION_LIST, {"households": "3"}, Reason.VALUE),
        (Kind.RECOGNITION_LIST, {"filed_with": "99"}, Reason.REGION),
        (Kind.TYPING_STANDARD, {"types": []}, Reason.INCOMPLETE),
    ],
)
def test_what_is_wrong_has_its_reason(kind: Kind, said: Mapping[str, Any], reason: Reason) -> None:
    record = RECORDS[kind]
    assert fault(record, {**record.content, **said}) is reason


def test_a_code_beside_what_is_about_no_household_is_refused() -> None:
    notice = RECORDS[Kind.PUBLIC_NOTICE]
    assert fault_of(notice.kind, notice.key, "92410102MA0000007A", notice.region, notice.content) is Reason.USCC
