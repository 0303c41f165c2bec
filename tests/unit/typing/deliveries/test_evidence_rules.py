"""The rules of evidence, one by one: what a bureau does, and what a run then sees."""

from pathlib import Path

import duckdb
import pytest

from services.typing.deliveries.domain import AcceptedDelivery
from services.typing.deliveries.evidence import FeedRows, build_evidence, count_feed_rows
from tests.unit.typing.deliveries.delivered_files import (
    BOTH,
    STRANGER,
    A,
    B,
    registration_delivery,
    tax_delivery,
    write_deliveries,
)
from tests.unit.typing.deliveries.replay import ReplayedDelivery


@pytest.fixture
def con():
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


class Bureau:
    """Delivers in order; then asks what a run of Zhengzhou about 2024 sees."""

    def __init__(self, con: duckdb.DuckDBPyConnection, directory: Path) -> None:
        self.con, self.directory = con, directory

    def delivers(self, *told: ReplayedDelivery, region: str = "4101") -> "Bureau":
        self.files: list[AcceptedDelivery] = write_deliveries(self.directory, told)
        self.built = build_evidence(self.con, self.files, region, 2024)
        return self

    @property
    def tax(self) -> dict[str, int]:
        return dict(self.con.execute("select uscc, tax_paid from accepted_tax").fetchall())

    @property
    def unknown(self) -> set[str]:
        return {row[0] for row in self.con.execute("select uscc from rejected_keys_tax").fetchall()}


@pytest.fixture
def bureau(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Bureau:
    return Bureau(con, tmp_path)


def test_a_later_row_replaces_an_earlier_one_and_leaves_the_others(bureau: Bureau):
    assert bureau.delivers(BOTH, tax_delivery((A, 100), (B, 200)), tax_delivery((A, 150), full=False)).tax == {
        A: 150,
        B: 200,
    }


def test_a_later_full_delivery_removes_what_it_does_not_hold(bureau: Bureau):
    assert bureau.delivers(BOTH, tax_delivery((A, 100), (B, 200)), tax_delivery((B, 200))).tax == {B: 200}


def test_a_full_delivery_of_a_county_removes_rows_of_that_county_only(bureau: Bureau):
    seen = bureau.delivers(BOTH, tax_delivery((A, 100), (B, 200)), tax_delivery(region="410102"))
    assert seen.tax == {B: 200}


def test_a_full_delivery_about_another_year_removes_nothing(bureau: Bureau):
    assert bureau.delivers(BOTH, tax_delivery((A, 100)), tax_delivery(year=2023)).tax == {A: 100}


def test_late_rows_about_last_year_come_with_a_delivery_about_this_one(bureau: Bureau):
    late = ReplayedDelivery("tax", "4101", 2025, True, ({"uscc": A, "year": 2024, "tax_paid": 7},))
    seen = bureau.delivers(BOTH, tax_delivery((B, 200)), late)
    assert (seen.tax, seen.built.covered["tax"]) == ({A: 7, B: 200}, ("4101",))


def test_a_rejected_row_makes_unknown_what_was_known_before(bureau: Bureau):
    seen = bureau.delivers(BOTH, tax_delivery((A, 100)), tax_delivery(full=False, rejected=((A, 2024),)))
    assert seen.unknown == {A}


def test_a_rejected_row_whose_year_cannot_be_read_counts_for_every_year(bureau: Bureau):
    assert bureau.delivers(BOTH, tax_delivery(rejected=((A, None), (B, 2023)))).unknown == {A}


def test_a_corrected_row_makes_the_household_known_again(bureau: Bureau):
    wrong, right = tax_delivery(full=False, rejected=((A, 2024),)), tax_delivery((A, 120), full=False)
    seen = bureau.delivers(BOTH, tax_delivery((A, 100)), wrong, right)
    assert (seen.tax, seen.unknown) == ({A: 120}, set())


def test_any_later_accepted_filing_of_a_household_mends_a_rejected_one(con: duckdb.DuckDBPyConnection, tmp_path: Path):
    def filed(*days: int, rejected: tuple[tuple[str, int | None], ...] = ()) -> ReplayedDelivery:
        rows = tuple({"uscc": A, "filed_on": day, "until": 0} for day in days)
        return ReplayedDelivery("suspension", "4101", None, False, rows, rejected)

    files = write_deliveries(tmp_path, [BOTH, filed(1), filed(2), filed(rejected=((A, None),)), filed(3)])
    build_evidence(con, files[:4], "4101", 2024)
    assert con.execute("select uscc from rejected_keys_suspension").fetchall() == [(A,)]
    build_evidence(con, files, "4101", 2024)
    assert con.execute("select uscc from rejected_keys_suspension").fetchall() == []
    assert con.execute("select filed_on from accepted_suspension order by 1").fetchall() == [(1,), (2,), (3,)]


def test_only_a_full_delivery_says_who_is_absent(bureau: Bureau):
    assert bureau.delivers(BOTH, tax_delivery((A, 100), full=False)).built.covered["tax"] == ()
    seen = bureau.delivers(BOTH, tax_delivery(region="410102"), tax_delivery((B, 5), region="410103", full=False))
    assert seen.built.covered["tax"] == ("410102",)
    assert bureau.delivers(BOTH, tax_delivery(region="41")).built.covered["tax"] == ("4101",)


def test_a_bureau_cannot_change_the_evidence_of_another_region(bureau: Bureau):
    seen = bureau.delivers(
        BOTH,
        tax_delivery((A, 100)),
        tax_delivery((A, 999), region="4102", full=False, rejected=((B, 2024),)),
        region="41",
    )
    assert (seen.tax, seen.unknown) == ({A: 100}, set())


def test_a_household_that_moved_is_seen_in_its_new_region_only(bureau: Bureau):
    moved = registration_delivery((A, "410202"), region="4102", full=False)
    bureau.delivers(BOTH, moved, region="4101")
    assert bureau.con.execute("select uscc from accepted_registration").fetchall() == [(B,)]
    bureau.delivers(BOTH, moved, region="4102")
    assert bureau.con.execute("select uscc from accepted_registration").fetchall() == [(A,)]


def test_rows_of_strangers_are_ignored_and_counted(bureau: Bureau):
    seen = bureau.delivers(
        BOTH, tax_delivery((A, 100), (STRANGER, 7)), tax_delivery((B, 3), region="410102", full=False), region="4101"
    )
    assert count_feed_rows(seen.con, seen.built)["tax"] == FeedRows(known=1, unknown=1, outside=1)


def test_strangers_in_the_only_delivery_are_counted_and_those_in_a_wider_one_are_not(bureau: Bureau):
    strangers = (A, 100), (STRANGER, 7)
    seen = bureau.delivers(BOTH, tax_delivery(*strangers))
    assert count_feed_rows(seen.con, seen.built)["tax"] == FeedRows(known=1, unknown=1, outside=0)
    seen = bureau.delivers(BOTH, tax_delivery(*strangers, region="41"))
    assert count_feed_rows(seen.con, seen.built)["tax"] == FeedRows(known=1, unknown=0, outside=0)


def test_one_full_delivery_a_feed_is_read_straight_from_its_file(bureau: Bureau):
    seen = bureau.delivers(BOTH, tax_delivery((A, 100)))
    plans = [seen.con.execute(f"explain from accepted_{feed}").fetchall() for feed in ("registration", "tax")]
    assert not any("JOIN" in str(plan) for plan in plans)


def test_no_registration_no_evidence(bureau: Bureau):
    assert bureau.delivers(tax_delivery((A, 100))).built.delivered == frozenset()
