"""A run stops on a feed that is missing or has shrunk."""

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from services.typing.deliveries.completeness import RowsBefore, Tolerance, find_gaps
from services.typing.deliveries.domain import FeedFinding
from services.typing.deliveries.evidence import build_evidence, count_feed_rows
from shared.feeds.contract.feeds import TYPING_FEEDS
from tests.unit.typing.deliveries.delivered_files import (
    BOTH,
    A,
    B,
    registration_delivery,
    tax_delivery,
    write_deliveries,
)
from tests.unit.typing.deliveries.replay import ReplayedDelivery

ONLY_TAX = {"tax"}
Look = Callable[..., list[FeedFinding]]


@pytest.fixture
def found(tmp_path: Path) -> Look:
    def look(
        *deliveries: ReplayedDelivery,
        required: Collection[str] = ONLY_TAX,
        before: dict[str, int] | None = None,
        counties: dict[str, dict[str, int]] | None = None,
        share: float = 0.10,
    ) -> list[FeedFinding]:
        with duckdb.connect(config={"threads": 1}) as con:
            evidence = build_evidence(con, write_deliveries(tmp_path, deliveries), "4101", 2024)
            rows = count_feed_rows(con, evidence)
            told = RowsBefore(before or {}, counties or {})
            return find_gaps(evidence, rows, required=required, before=told, tolerance=Tolerance(share))

    return look


def kinds(found: list[FeedFinding]) -> list[tuple[str, str]]:
    return [(finding.feed, finding.kind) for finding in found]


def test_full_deliveries_of_all_required_feeds_suffice(found: Look):
    assert found(BOTH, tax_delivery((A, 1), (B, 2))) == []


def test_every_required_feed_that_did_not_come_is_named(found: Look):
    missing = kinds(found(BOTH, required=set(TYPING_FEEDS)))
    assert missing == [(feed, "missing") for feed in TYPING_FEEDS[1:]]


def test_a_feed_that_the_policy_does_not_use_is_not_missed(found: Look):
    assert found(BOTH, required=set()) == []


def test_registration_is_always_required(found: Look):
    assert ("registration", "missing") in kinds(found(tax_delivery(), required=set()))


def test_increments_alone_do_not_make_a_feed_complete(found: Look):
    [finding] = found(BOTH, tax_delivery((A, 1), (B, 2), full=False))
    assert finding.kind == "missing"
    assert "增量" in finding.message


def test_a_county_with_households_that_nobody_covered_is_named(found: Look):
    [finding] = found(BOTH, tax_delivery((A, 1), region="410102"))
    assert "二七区" in finding.message


def test_registration_by_county_is_complete_only_with_every_county(found: Look):
    [finding] = found(registration_delivery((A, "410102"), region="410102"), required=set())
    assert "等 11 个县区" in finding.message


def test_the_year_before_does_not_do_for_last_year(found: Look):
    assert kinds(found(BOTH, tax_delivery((A, 1), year=2023))) == [("tax", "missing")]


@pytest.mark.parametrize(("before", "doubtful"), [(2, False), (20, False), (21, True)])
def test_a_feed_may_shrink_by_the_set_share_and_no_more(found: Look, before: int, doubtful: bool):
    many = [(f"92{i:016d}", "410102") for i in range(18)]
    told = registration_delivery(*many), tax_delivery(*((uscc, 1) for uscc, _ in many))
    doubts = found(*told, before={"tax": before})
    assert kinds(doubts) == ([("tax", "shrunk")] if doubtful else [])


def test_a_feed_that_became_empty_has_shrunk(found: Look):
    assert kinds(found(BOTH, tax_delivery(), before={"tax": 5})) == [("tax", "shrunk")]


def test_rows_of_strangers_do_not_hide_that_a_feed_has_shrunk(found: Look):
    strangers = [(f"92{i:016d}", 1) for i in range(20)]
    assert kinds(found(BOTH, tax_delivery((A, 1), *strangers), before={"tax": 20})) == [("tax", "shrunk")]


def test_a_share_of_zero_stops_at_one_row_less(found: Look):
    assert kinds(found(BOTH, tax_delivery((A, 1)), before={"tax": 2}, share=0.0)) == [("tax", "shrunk")]


def test_a_county_that_lost_its_rows_is_found_inside_a_province_that_did_not(found: Look):
    before = {"410102": {"tax": 40}, "410103": {"tax": 1}}
    (finding,) = found(BOTH, tax_delivery((A, 1), (B, 2)), before={"tax": 2}, counties=before)
    assert (finding.kind, finding.before, finding.now) == ("shrunk-counties", 40, 1)
    assert "410102" not in finding.message, "by its name"


@pytest.mark.parametrize(("before", "doubtful"), [(5, False), (6, True)])
def test_a_few_rows_of_a_county_are_no_reason_unless_it_has_none_left(found: Look, before: int, doubtful: bool):
    counties = {"410102": {"tax": before}}
    assert (kinds(found(BOTH, tax_delivery((A, 1), (B, 2)), counties=counties)) != []) == doubtful
    assert kinds(found(BOTH, tax_delivery((B, 2)), counties={"410102": {"tax": 1}})) == [("tax", "shrunk-counties")]


@pytest.mark.parametrize("kind", ["unreadable", "hollow", "empty"])
def test_rows_that_are_nobodys_and_files_hardly_accepted_or_without_rows_need_a_word(tmp_path: Path, kind: str):
    changes: dict[str, Any] = {"unreadable": 1} if kind == "unreadable" else {kind: True, "full": kind == "empty"}
    with duckdb.connect(config={"threads": 1}) as con:
        register, tax = write_deliveries(tmp_path, [BOTH, tax_delivery((A, 1), (B, 2))])
        evidence = build_evidence(con, [register, replace(tax, rows=300, **changes)], "4101", 2024)
        rows = count_feed_rows(con, evidence)
        findings = find_gaps(evidence, rows, required=ONLY_TAX, before=RowsBefore(), tolerance=Tolerance())
    assert kind in [finding.kind for finding in findings]
