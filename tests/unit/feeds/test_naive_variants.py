"""The obvious simpler ways, planted in place of ours: each gives the wrong answer, so the tests beside it can fail."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from shared.feeds.contract.model import FeedsError
from shared.feeds.reading import csv_reader, xlsx_reader
from shared.feeds.reading.xlsx_guard import SheetFacts
from shared.feeds.validation import row_validator
from shared.feeds.validation.folder import find_feed_files
from tests.unit.feeds.feed_folders import GOOD, A, B, accepted, check, found, write_csv
from tests.unit.feeds.test_malformed_files import REFUSED


def test_counting_duckdbs_rows_misnumbers_those_below_a_blank_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "credit.csv").write_text(f"uscc,abnormal\n\n{A},x\n", encoding="utf-8")
    assert found(check(tmp_path, ["credit"]), tmp_path) == {("credit", 3, "abnormal", "unknown-value")}

    monkeypatch.setattr(csv_reader, "_has_gaps", lambda _: False)
    assert found(check(tmp_path, ["credit"]), tmp_path) == {("credit", 2, "abnormal", "unknown-value")}


def test_a_glob_takes_another_feeds_file(tmp_path: Path) -> None:
    for name in ("tax.csv", "tax_registration.csv"):
        (tmp_path / name).touch()
    assert [path.name for path in find_feed_files(tmp_path).files["tax"]] == ["tax.csv"]
    assert len(list(tmp_path.glob("tax*.csv"))) == 2


def test_trusting_that_keys_are_unique_accepts_a_household_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(tmp_path / "credit.csv", [GOOD["credit"], GOOD["credit"] | {"abnormal": "true"}])
    assert accepted(check(tmp_path, ["credit"]), "credit") == []

    monkeypatch.setattr(row_validator, "duplicate_candidates", lambda *_: np.empty(0, np.int32))
    assert len(accepted(check(tmp_path, ["credit"]), "credit")) == 2


def test_rounding_casts_accept_what_is_no_amount_and_no_day(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "annual_report.csv",
        [GOOD["annual_report"] | {"revenue": "1.005"}, GOOD["annual_report"] | {"uscc": B, "filed_on": "2026-1-1"}],
    )
    assert len(found(check(tmp_path, ["annual_report"]), tmp_path)) == 2
    naive = "SELECT TRY_CAST('1.005' AS DECIMAL(18,2)) IS NULL, TRY_CAST('2026-1-1' AS DATE) IS NULL"
    assert duckdb.execute(naive).fetchall() == [(False, False)]


def test_without_a_look_into_the_file_a_formula_passes_for_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, write, _ = REFUSED["formula"]
    assert callable(write)
    write(tmp_path / name)
    with pytest.raises(FeedsError):
        check(tmp_path, ["credit"])

    monkeypatch.setattr(xlsx_reader, "inspect_xlsx", lambda *_: SheetFacts(0, 0))
    assert check(tmp_path, ["credit"]).reports["credit"].rows == 1
