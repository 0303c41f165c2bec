"""Whatever a system says was handed in there is an item that can be handed on, or refused with one reason."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import SecretStr

from services.notification.publication.incoming.domain import TAKEN_FROM, HandInKind
from services.notification.publication.incoming.items import (
    ApplicationItem,
    ObjectionItem,
    ReportFiledItem,
    ReportsClosedItem,
    Unfit,
    marks_of,
    read_item,
)
from services.notification.publication.incoming.service import sealed_of
from services.notification.publication.systems import System
from shared import clock
from shared.contracts.annual_report import AnnualReportClosed, AnnualReportFiled
from shared.contracts.notification import HandedIn
from tests.integration.notification.notification_client import VAULT_KEYS

USCC = "92410105MA00000001"
ITEMS: dict[HandInKind, dict[str, Any]] = {
    HandInKind.APPLICATION: {
        "uscc": USCC,
        "year": 2026,
        "filed_at": "2026-09-01T09:00:00+08:00",
        "region": "410105",
        "category": "renowned",
        "category_reason": "有自己的商标",
        "criteria": ["renowned.2"],
    },
    HandInKind.OBJECTION: {
        "uscc": USCC,
        "year": 2026,
        "filed_at": "2026-09-01T09:00:00+08:00",
        "region": "410105",
        "statement": "人数少了",
        "name": "张小明",
        "contact": "x",
    },
    HandInKind.REPORTS_CLOSED: {"region": "41", "year": 2025, "closed_on": "2026-06-30"},
    HandInKind.REPORT_FILED: {"uscc": USCC, "year": 2025, "filed_on": "2026-07-05"},
}
SYSTEM_OF = {kind: next(system for system in System if kind in TAKEN_FROM[system]) for kind in HandInKind}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
TRICKY = st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "92ABCDEFMA00000001", "110101199003077758", "2026-02-30"]
)


def assert_usable(system: System, said: dict[str, Any]) -> None:
    """It is refused, or the event that hands it on can be made."""
    item = read_item(system, said)
    marks_of(SecretStr(VAULT_KEYS), said)
    if isinstance(item, Unfit):
        assert item.reason
        assert item.region == "" or item.region.isdigit()
    elif isinstance(item, ApplicationItem | ObjectionItem):
        inside = sealed_of(uuid.uuid4(), item)
        assert json.loads(inside.model_dump_json())["uscc"] == item.uscc
        HandedIn(
            hand_in=inside.hand_in,
            system=system.value,
            kind=item.kind.value,
            sealed="…",
            reference=item.reference,
            uscc=item.uscc,
            region=item.place,
            year=item.year,
            filed_at=item.filed_at.astimezone(dt.UTC),
        )
    elif isinstance(item, ReportsClosedItem):
        AnnualReportClosed(region=item.region, year=item.year, closed_on=item.closed_on)
    elif isinstance(item, ReportFiledItem):
        AnnualReportFiled(uscc=item.uscc, year=item.year, filed_on=item.filed_on)


@pytest.mark.parametrize("kind", HandInKind)
def test_a_good_item_is_taken(kind: HandInKind) -> None:
    with clock.travel(dt.date(2026, 10, 1)):
        item = read_item(SYSTEM_OF[kind], {"kind": kind, "reference": "X-1"} | ITEMS[kind])
    assert not isinstance(item, Unfit)
    assert item.place in ("41", "410105")


@pytest.mark.parametrize(
    "changed",
    [
        {"filed_at": "0001-01-01T00:00:00+14:00"},
        {"uscc": "92ABCDEFMA00000001", "region": None},
        {"reference": "110101199003077758"},
        {"reference": "x\ud800", "category_reason": "\ud800\ud800"},
        {"year": 2**80},
    ],
)
def test_an_item_that_cannot_be_handed_on_is_refused_at_once(changed: dict[str, Any]) -> None:
    """Each of them would stop all that come behind it: a naive reader lets it pass, and then cannot announce it."""
    said = {"kind": "application", "reference": "X-1"} | ITEMS[HandInKind.APPLICATION] | changed
    assert isinstance(read_item(System.CULTIVATION_PLATFORM, said), Unfit)
    assert_usable(System.CULTIVATION_PLATFORM, said)


@settings(max_examples=120, deadline=None)
@given(data=st.data(), kind=st.sampled_from(HandInKind))
def test_no_item_stops_the_others(data: st.DataObject, kind: HandInKind) -> None:
    said: dict[str, Any] = {"kind": kind.value, "reference": "X-1"} | ITEMS[kind]
    for name in data.draw(st.lists(st.sampled_from(sorted(said)), max_size=3)):
        said[name] = data.draw(JSON | TRICKY)
    if data.draw(st.booleans()):
        said.pop("region", None)
    with clock.travel(dt.date(2026, 10, 1)):
        assert_usable(SYSTEM_OF[kind], said)


@settings(max_examples=40, deadline=None)
@given(said=st.dictionaries(st.text(max_size=10), JSON, max_size=5), system=st.sampled_from(System))
def test_what_is_no_item_at_all_is_refused(said: dict[str, Any], system: System) -> None:
    assert isinstance(read_item(system, said), Unfit)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"closed_on": "2027-06-30"}, "2025 年度年报应在 2026 年结束"),
        ({"closed_on": "2026-12-30"}, "日期 2026-12-30 晚于今天"),
        ({"region": "河南"}, "这些栏目缺少或格式不对：region"),
    ],
)
def test_a_closing_that_typing_would_refuse_is_refused_here(changed: dict[str, Any], reason: str) -> None:
    said = {"kind": "annual-reports-closed", "reference": "X-1"} | ITEMS[HandInKind.REPORTS_CLOSED] | changed
    with clock.travel(dt.date(2026, 10, 1)):
        item = read_item(System.CREDIT_PUBLICITY, said)
    assert isinstance(item, Unfit)
    assert item.reason == reason
