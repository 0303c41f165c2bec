"""Duplicate keys, unknown households, and whose facts become unknown."""

from pathlib import Path

import pytest

from tests.unit.feeds.feed_folders import (
    GOOD,
    STRANGER,
    A,
    B,
    C,
    accepted,
    check,
    found,
    lines,
    write_csv,
    write_text_parquet,
    write_typed_parquet,
)


@pytest.fixture(params=["csv", "texts", "typed"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> "Folder":
    return Folder(tmp_path, request.param)


class Folder:
    """Writes feeds in one of the forms; registration knows A, B and C."""

    def __init__(self, path: Path, form: str) -> None:
        self.path, self.form = path, form
        self.write("registration", *({"uscc": code} for code in (A, B, C)))

    def write(self, feed: str, *changes: dict[str, str], part: str = "") -> None:
        rows = [GOOD[feed] | change for change in changes]
        name = f"{feed}{part}"
        if self.form == "csv":
            write_csv(self.path / f"{name}.csv", rows)
        elif self.form == "texts":
            write_text_parquet(self.path / f"{name}.parquet", rows)
        else:
            write_typed_parquet(self.path / f"{name}.parquet", feed, rows)


def test_identical_rows_count_once(folder: Folder) -> None:
    folder.write("credit", {}, {"uscc": B}, {}, {})

    checked = check(folder.path)

    assert found(checked, folder.path) == set()
    assert [row["uscc"] for row in accepted(checked, "credit")] == [A, B]
    report = checked.reports["credit"]
    assert (report.rows, report.accepted, report.rejected) == (4, 2, 0)


def test_different_rows_of_one_key_are_all_rejected(folder: Folder) -> None:
    folder.write("tax", {}, {"uscc": B}, {"tax_paid": "99"}, {"year": "2024"}, {})

    checked = check(folder.path)

    assert found(checked, folder.path) == {("tax", row, "uscc", "duplicate-key") for row in (2, 4, 6)}
    assert [(row["uscc"], row["year"]) for row in accepted(checked, "tax")] == [(B, 2025), (A, 2024)]


def test_an_empty_cell_differs_from_a_filled_one(folder: Folder) -> None:
    folder.write("tax", {}, {"vat_paid": "0"})

    assert len(found(check(folder.path), folder.path)) == 2


def test_a_good_row_is_not_saved_from_its_bad_double(folder: Folder) -> None:
    folder.write("tax", {}, {"tax_paid": "-1"})

    assert found(check(folder.path), folder.path) == {
        ("tax", 2, "uscc", "duplicate-key"),
        ("tax", 3, "uscc", "duplicate-key"),
        ("tax", 3, "tax_paid", "negative"),
    }


def test_duplicates_are_found_across_files(folder: Folder) -> None:
    folder.write("credit", {}, {"uscc": B})
    folder.write("credit", {"uscc": C}, {"abnormal": "true"}, {"uscc": B}, part="-2")

    checked = check(folder.path)

    suffix = "csv" if folder.form == "csv" else "parquet"
    assert {(line["file"], line["row"], line["code"]) for line in lines(checked, folder.path)} == {
        (f"credit.{suffix}", "2", "duplicate-key"),
        (f"credit-2.{suffix}", "3", "duplicate-key"),
    }
    assert [row["uscc"] for row in accepted(checked, "credit")] == [B, C]


def test_a_doubled_registration_is_known_if_identical_and_unknown_if_not(folder: Folder) -> None:
    folder.write("registration", {"uscc": A}, {"uscc": A}, {"uscc": B}, {"uscc": B, "name": "别的店"})
    folder.write("credit", {"uscc": A}, {"uscc": B})

    checked = check(folder.path)

    assert found(checked, folder.path) == {
        ("registration", 4, "uscc", "duplicate-key"),
        ("registration", 5, "uscc", "duplicate-key"),
        ("credit", 3, "uscc", "unknown-household"),
    }


def test_registrations_that_differ_in_a_personal_column_alone_are_different(folder: Folder) -> None:
    folder.write(
        "registration", {}, {"operator_name": "李四"}, {"uscc": B}, {"uscc": B, "operator_id": "410102199001010019"}
    )

    assert len(found(check(folder.path), folder.path)) == 4


def test_a_suspension_has_a_key_of_code_and_day(folder: Folder) -> None:
    folder.write("suspension", {}, {"filed_on": "2024-01-01"}, {"filed_on": "2024-01-01", "until": ""})

    assert {row for _, row, *_ in found(check(folder.path), folder.path)} == {3, 4}


def test_a_penalty_of_another_kind_on_the_same_day_is_another_row(folder: Folder) -> None:
    folder.write("penalty", {}, {"kind": "warning"}, {"kind": "warning", "repaired_on": "2025-01-01"})

    assert {row for _, row, *_ in found(check(folder.path), folder.path)} == {3, 4}


def test_an_operator_is_the_same_however_his_id_is_spelt(folder: Folder) -> None:
    number = "41010219900101000x"
    folder.write(
        "dishonest_debtor",
        {"operator_id": number},
        {"operator_id": f"{number[:6]} {number[6:].upper()}"},
        {"operator_id": number.upper(), "removed_on": "2025-01-01"},
    )

    assert len(found(check(folder.path), folder.path)) == 3


def test_without_a_registration_feed_nobody_is_called_unknown(tmp_path: Path) -> None:
    write_csv(tmp_path / "credit.csv", [GOOD["credit"] | {"uscc": STRANGER}, GOOD["credit"] | {"uscc": "x"}])

    checked = check(tmp_path)

    assert found(checked, tmp_path) == {("credit", 3, "uscc", "uscc-format")}
    assert not checked.reports["registration"].delivered


def test_an_empty_registration_knows_nobody(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"]])
    header = (tmp_path / "registration.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "registration.csv").write_text(header, encoding="utf-8")
    write_csv(tmp_path / "credit.csv", [GOOD["credit"]])

    checked = check(tmp_path)

    assert found(checked, tmp_path) == {("credit", 2, "uscc", "unknown-household")}
    assert checked.reports["registration"].delivered


def test_a_rejected_row_makes_its_household_unknown_to_that_feed(folder: Folder) -> None:
    folder.write(
        "tax",
        {"tax_paid": "-1"},
        {"uscc": B, "year": "25"},
        {"uscc": C, "year": "2024", "vat_paid": "1"},
        {"uscc": C, "year": "2024", "vat_paid": "2"},
        {"uscc": C},
        {"uscc": "x"},
        {"uscc": STRANGER},
    )
    folder.write("credit", {})

    checked = check(folder.path)

    keys = set(checked.con.execute("FROM rejected_keys_tax").fetchall())
    assert keys >= {(A, 2025), (B, None), (C, 2024)}
    assert not {code for code, _ in keys} - {A, B, C, "X", STRANGER}
    assert checked.con.execute("FROM rejected_keys_credit").fetchall() == []


def test_a_feed_without_a_file_has_no_relations(folder: Folder) -> None:
    checked = check(folder.path)

    tables = {name for (name,) in checked.con.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    assert not checked.reports["tax"].delivered
    assert "accepted_tax" not in tables
    assert "accepted_registration" in tables
