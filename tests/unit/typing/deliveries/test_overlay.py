"""Corrections of evidence change the corrected columns, and let everything else follow the bureaus."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.typing.deliveries.domain import AcceptedDelivery
from services.typing.deliveries.evidence import build_evidence, count_feed_rows
from tests.unit.typing.deliveries.delivered_files import KEY_SCHEMA

HOUSEHOLD, OTHER, STRANGER = "92410103MA0000015K", "92410103MA00000017", "92410103MA0000002X"
COLUMNS: dict[str, dict[str, Any]] = {
    "registration": dict.fromkeys(("uscc", "region_code", "status", "operator_ref", "established_on"), pa.string()),
    "tax": {"uscc": pa.string(), "year": pa.int32(), "tax_paid": pa.int64(), "vat_paid": pa.int64()},
    "suspension": {"uscc": pa.string(), "filed_on": pa.string(), "until": pa.string()},
}
ENTRY = {"region_code": "410103", "status": "registered", "operator_ref": "A", "established_on": "2020-01-01"}


@dataclass
class Files:
    """Deliveries and corrections as stored, in order."""

    folder: Path
    told: list[AcceptedDelivery] = field(default_factory=list)

    def add(self, feed: str, rows: dict[str, dict[str, Any]], **how: Any) -> "Files":
        """A delivery of these rows by household, or a correction where ``corrected`` names columns."""
        number = len(self.told) + 1
        accepted, keys = self.folder / f"{number}.parquet", self.folder / f"{number}-keys.parquet"
        listed = [{"uscc": uscc, "year": 2025, **row} for uscc, row in rows.items()]
        pq.write_table(pa.Table.from_pylist(listed, pa.schema(list(COLUMNS[feed].items()))), accepted)
        rejected = [{"uscc": uscc, "year": None} for uscc in how.pop("rejected", ())]
        pq.write_table(pa.Table.from_pylist(rejected, pa.schema(KEY_SCHEMA)), keys)
        full = how.pop("full", "corrected" not in how)
        self.told.append(AcceptedDelivery(number, feed, how.pop("region", "41"), None, full, accepted, keys, **how))
        return self

    def correct(self, feed: str, uscc: str, row: dict[str, Any], *columns: str) -> "Files":
        """A correction of some columns of a row."""
        return self.add(feed, {uscc: row}, corrected=columns)

    def rows(self, feed: str, region: str = "41") -> dict[str, tuple[Any, ...]]:
        """The feed's rows by household as a run sees them."""
        with duckdb.connect(config={"threads": 1}) as con:
            build_evidence(con, self.told, region, 2025)
            found = con.execute(f"SELECT uscc, * EXCLUDE (uscc) FROM accepted_{feed}").fetchall()
        return {row[0]: row[1:] for row in found}

    def unknown(self, feed: str) -> set[str]:
        """The households with rejected rows."""
        with duckdb.connect(config={"threads": 1}) as con:
            build_evidence(con, self.told, "41", 2025)
            return {row[0] for row in con.execute(f"SELECT uscc FROM rejected_keys_{feed}").fetchall()}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Two registered households; the day of establishment of one is corrected."""
    told = Files(tmp_path).add("registration", {HOUSEHOLD: ENTRY, OTHER: ENTRY})
    return told.correct("registration", HOUSEHOLD, ENTRY | {"established_on": "2012-12-12"}, "established_on")


def test_only_what_was_corrected_is_laid_over_the_register(files: Files):
    assert files.rows("registration") == {
        HOUSEHOLD: ("410103", "registered", "A", "2012-12-12"),
        OTHER: ("410103", "registered", "A", "2020-01-01"),
    }


@pytest.mark.parametrize(
    "later",
    [
        {"region_code": "410203"},
        {"status": "cancelled"},
        {"operator_ref": "B"},
        {"region_code": "410203", "status": "revoked", "operator_ref": "B"},
    ],
)
@pytest.mark.parametrize("full", [True, False])
def test_a_household_that_moved_ended_or_changed_hands_follows_the_register(
    files: Files, later: dict[str, str], full: bool
):
    entry = ENTRY | later
    files.add("registration", {HOUSEHOLD: entry, OTHER: ENTRY}, full=full)
    expected = (entry["region_code"], entry["status"], entry["operator_ref"], "2012-12-12")
    assert files.rows("registration")[HOUSEHOLD] == expected


def test_a_household_that_moved_is_in_its_new_county_alone(files: Files):
    files.add("registration", {HOUSEHOLD: ENTRY | {"region_code": "410203"}}, region="4102", full=False, moved_in=1)
    assert HOUSEHOLD not in files.rows("registration", "4101")
    assert files.rows("registration", "4102")[HOUSEHOLD] == ("410203", "registered", "A", "2012-12-12")


def test_a_household_that_the_register_no_longer_holds_is_gone(files: Files):
    files.correct("tax", HOUSEHOLD, {"tax_paid": 5}, "tax_paid")
    files.add("registration", {OTHER: ENTRY})
    assert set(files.rows("registration")) == {OTHER}
    assert files.rows("tax") == {}


def test_nobody_is_registered_by_a_correction(files: Files):
    files.correct("registration", STRANGER, ENTRY, "established_on", "status", "region_code")
    assert STRANGER not in files.rows("registration")


def test_the_last_correction_of_each_column_counts(files: Files):
    files.correct("registration", HOUSEHOLD, ENTRY | {"established_on": "2011-11-11"}, "established_on")
    files.correct("registration", HOUSEHOLD, ENTRY | {"status": "revoked"}, "status")
    assert files.rows("registration")[HOUSEHOLD] == ("410103", "revoked", "A", "2011-11-11")


def test_a_column_is_corrected_to_nothing_known(files: Files):
    files.add("tax", {HOUSEHOLD: {"tax_paid": 1, "vat_paid": 2}})
    files.correct("tax", HOUSEHOLD, {"tax_paid": None}, "tax_paid")
    assert files.rows("tax") == {HOUSEHOLD: (2025, None, 2)}


def test_the_other_columns_of_every_feed_follow_the_bureau(files: Files):
    files.add("tax", {HOUSEHOLD: {"tax_paid": 1, "vat_paid": 2}, OTHER: {"tax_paid": 7}})
    files.correct("tax", HOUSEHOLD, {"tax_paid": 5}, "tax_paid")
    files.add("tax", {HOUSEHOLD: {"tax_paid": 1, "vat_paid": 3}}, full=False)
    assert files.rows("tax") == {HOUSEHOLD: (2025, 5, 3), OTHER: (2025, 7, None)}


@pytest.mark.parametrize("delivered", [True, False])
def test_a_row_that_the_bureau_has_not_consists_of_what_was_corrected(files: Files, delivered: bool):
    if delivered:
        files.add("tax", {OTHER: {"tax_paid": 7}})
    files.correct("tax", HOUSEHOLD, {"tax_paid": 5, "vat_paid": 9}, "tax_paid")
    assert files.rows("tax").pop(HOUSEHOLD) == (2025, 5, None)


def test_a_rejected_row_is_known_by_what_was_corrected_and_by_nothing_else(files: Files):
    files.add("tax", {HOUSEHOLD: {"tax_paid": 1, "vat_paid": 2}})
    files.add("tax", {}, full=False, rejected=[HOUSEHOLD, OTHER])
    files.correct("tax", HOUSEHOLD, {"tax_paid": 5}, "tax_paid")
    assert files.rows("tax") == {HOUSEHOLD: (2025, 5, None)}
    assert files.unknown("tax") == {OTHER}


def test_of_several_filings_the_one_that_is_meant_is_corrected(files: Files):
    files.add("suspension", {HOUSEHOLD: {"filed_on": "2025-01-01", "until": "2025-03-01"}})
    files.add("suspension", {HOUSEHOLD: {"filed_on": "2025-06-01", "until": "2025-07-01"}}, full=False)
    corrected = {"filed_on": "2025-06-01", "until": "2025-09-01"}
    files.correct("suspension", HOUSEHOLD, corrected, "filed_on", "until")
    with duckdb.connect() as con:
        build_evidence(con, files.told, "41", 2025)
        found = con.execute("SELECT filed_on, until FROM accepted_suspension ORDER BY 1").fetchall()
    assert found == [("2025-01-01", "2025-03-01"), ("2025-06-01", "2025-09-01")]


def test_corrections_are_no_strangers_in_the_counts(files: Files):
    files.add("tax", {OTHER: {"tax_paid": 7}})
    files.correct("tax", HOUSEHOLD, {"tax_paid": 5}, "tax_paid")
    files.correct("tax", STRANGER, {"tax_paid": 5}, "tax_paid")
    with duckdb.connect() as con:
        rows = count_feed_rows(con, build_evidence(con, files.told, "41", 2025))
    assert (rows["tax"].known, rows["tax"].unknown) == (2, 0)
