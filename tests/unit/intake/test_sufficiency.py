"""A run stops on a feed that is missing or has shrunk."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from services.typing.intake.evidence import evidence, measure
from services.typing.intake.sufficiency import Finding, findings
from shared.feeds.contracts import TYPING_FEEDS
from tests.unit.intake.replay import Told
from tests.unit.intake.test_evidence import stored
from tests.unit.intake.test_evidence_rules import BOTH, A, B, registered, taxed

ONLY_TAX = {"tax"}
Look = Callable[..., list[Finding]]


@pytest.fixture
def found(tmp_path: Path) -> Look:
    def look(
        *told: Told, required: object = ONLY_TAX, before: dict[str, int] | None = None, share: float = 0.10
    ) -> list[Finding]:
        with duckdb.connect(config={"threads": 1}) as con:
            built = evidence(con, stored(tmp_path, told), "4101", 2024)
            rows = {feed: counted.known for feed, counted in measure(con, built).items()}
            return findings(built, rows, required=required, before=before or {}, shrink_share=share)

    return look


def kinds(found: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.feed, finding.kind) for finding in found]


def test_full_deliveries_of_all_required_feeds_suffice(found: Look):
    assert found(BOTH, taxed((A, 1), (B, 2))) == []


def test_every_required_feed_that_did_not_come_is_named(found: Look):
    missing = kinds(found(BOTH, required=set(TYPING_FEEDS)))
    assert missing == [(feed, "missing") for feed in TYPING_FEEDS[1:]]


def test_a_feed_that_the_policy_does_not_use_is_not_missed(found: Look):
    assert found(BOTH, required=set()) == []


def test_registration_is_always_required(found: Look):
    assert ("registration", "missing") in kinds(found(taxed(), required=set()))


def test_increments_alone_do_not_make_a_feed_complete(found: Look):
    [finding] = found(BOTH, taxed((A, 1), (B, 2), full=False))
    assert finding.kind == "missing"
    assert "增量" in finding.message


def test_a_county_with_households_that_nobody_covered_is_named(found: Look):
    [finding] = found(BOTH, taxed((A, 1), region="410102"))
    assert "二七区" in finding.message


def test_registration_by_county_is_complete_only_with_every_county(found: Look):
    [finding] = found(registered((A, "410102"), region="410102"), required=set())
    assert "等 11 个县区" in finding.message


def test_the_year_before_does_not_do_for_last_year(found: Look):
    assert kinds(found(BOTH, taxed((A, 1), year=2023))) == [("tax", "missing")]


@pytest.mark.parametrize(("before", "doubtful"), [(2, False), (20, False), (21, True)])
def test_a_feed_may_shrink_by_the_set_share_and_no_more(found: Look, before: int, doubtful: bool):
    many = [(f"92{i:016d}", "410102") for i in range(18)]
    told = registered(*many), taxed(*((uscc, 1) for uscc, _ in many))
    doubts = found(*told, before={"tax": before})
    assert kinds(doubts) == ([("tax", "shrunk")] if doubtful else [])


def test_a_feed_that_became_empty_has_shrunk(found: Look):
    assert kinds(found(BOTH, taxed(), before={"tax": 5})) == [("tax", "shrunk")]


def test_rows_of_strangers_do_not_hide_that_a_feed_has_shrunk(found: Look):
    strangers = [(f"92{i:016d}", 1) for i in range(20)]
    assert kinds(found(BOTH, taxed((A, 1), *strangers), before={"tax": 20})) == [("tax", "shrunk")]


def test_a_share_of_zero_stops_at_one_row_less(found: Look):
    assert kinds(found(BOTH, taxed((A, 1)), before={"tax": 2}, share=0.0)) == [("tax", "shrunk")]
