"""Every reject code of the contract, in every format that can hold the cell; and that good rows are none."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from shared.feeds.contract.feeds import FEEDS
from tests.unit.feeds.feed_folders import (
    GOOD,
    MALFORMED,
    MISCHECKED,
    STRANGER,
    A,
    B,
    Row,
    accepted,
    check,
    codes,
    found,
    lines,
    write_csv,
    write_text_parquet,
    write_typed_parquet,
    write_xlsx,
)

WRITERS: dict[str, Callable[[Path, Sequence[Row]], None]] = {
    ".csv": write_csv,
    ".parquet": write_text_parquet,
    ".xlsx": write_xlsx,
}

BAD = [
    ("registration", "uscc", MALFORMED, "uscc-format"),
    ("registration", "uscc", "91" + A[2:], "uscc-format"),
    ("registration", "uscc", "九" * 18, "uscc-format"),
    ("registration", "uscc", "九" * 6, "uscc-format"),
    ("registration", "uscc", "", "missing"),
    ("registration", "name", "", "missing"),
    ("registration", "name", " \t ", "missing"),
    ("registration", "name", "#N/A", "cell-error"),
    ("registration", "status", "#REF!", "cell-error"),
    ("registration", "seasonal", "#VALUE!", "cell-error"),
    ("registration", "region_code", "", "missing"),
    ("registration", "region_code", "419999", "unknown-region"),
    ("registration", "region_code", "4101", "unknown-region"),
    ("registration", "established_on", "", "missing"),
    ("registration", "established_on", "2025-02-29", "not-a-date"),
    ("registration", "established_on", "2025/01/31", "not-a-date"),
    ("registration", "established_on", "2025-1-31", "not-a-date"),
    ("registration", "established_on", "20250131", "not-a-date"),
    ("registration", "established_on", "2025-01-31 00:00:00", "not-a-date"),
    ("registration", "established_on", "infinity", "not-a-date"),
    ("registration", "established_on", "0000-01-01", "not-a-date"),
    ("registration", "established_on", "2026-07-06", "future-date"),
    ("registration", "status", "", "missing"),
    ("registration", "status", "Registered", "unknown-value"),
    ("registration", "seasonal", "1", "unknown-value"),
    ("credit", "uscc", "x", "uscc-format"),
    ("credit", "uscc", STRANGER, "unknown-household"),
    ("credit", "uscc", "", "missing"),
    ("credit", "abnormal", "是", "unknown-value"),
    ("suspension", "filed_on", "", "missing"),
    ("suspension", "filed_on", "2026-07-06", "future-date"),
    ("suspension", "until", "无", "not-a-date"),
    ("annual_report", "year", "", "missing"),
    ("annual_report", "year", "去年", "not-a-number"),
    ("annual_report", "year", "2025年", "not-a-number"),
    ("annual_report", "year", "-2025", "negative"),
    ("annual_report", "year", "25", "unknown-value"),
    ("annual_report", "filed_on", "2026-07-06", "future-date"),
    ("annual_report", "revenue", "1,234.00", "not-a-number"),
    ("annual_report", "revenue", "1.005", "not-a-number"),
    ("annual_report", "revenue", "1e3", "not-a-number"),
    ("annual_report", "revenue", "+5", "not-a-number"),
    ("annual_report", "revenue", ".5", "not-a-number"),
    ("annual_report", "revenue", "nan", "not-a-number"),
    ("annual_report", "revenue", "１２", "not-a-number"),
    ("annual_report", "revenue", "12345678901234567", "not-a-number"),
    ("annual_report", "revenue", "-0.01", "negative"),
    ("annual_report", "employees", "2.5", "not-a-number"),
    ("annual_report", "employees", "三", "not-a-number"),
    ("annual_report", "employees", "-1", "negative"),
    ("tax", "tax_paid", "约三千", "not-a-number"),
    ("tax_registration", "registered_on", "2026-07-06", "future-date"),
    ("tax_registration", "non_normal", "否", "unknown-value"),
    ("social_insurance", "insured_staff", "-2", "negative"),
    ("intellectual_property", "patents", "many", "not-a-number"),
    ("penalty", "decided_on", "2026-07-06", "future-date"),
    ("penalty", "kind", "罚款", "unknown-value"),
    ("penalty", "published_until", "forever", "not-a-date"),
    ("dishonest_debtor", "operator_id", "", "missing"),
    ("dishonest_debtor", "listed_on", "2026-07-06", "future-date"),
    ("operator_kind", "kind", "", "missing"),
    ("operator_kind", "kind", "退役军人", "unknown-value"),
    ("operator_kind", "kind", "veteran" * 6, "unknown-value"),
    ("operator_kind", "kind", "#N/A", "cell-error"),
    ("operator_kind", "since", "2026-07-06", "future-date"),
    ("contact", "uscc", STRANGER, "unknown-household"),
    ("contact", "consented_on", "yes", "not-a-date"),
    ("credit_risk", "risk_class", "E", "unknown-value"),
    ("credit_risk", "graded_on", "2026-07-06", "future-date"),
    ("violation", "found_on", "", "missing"),
    ("violation", "outcome", "罚款", "unknown-value"),
]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_bad_cell_rejects_its_row_with_one_line(tmp_path: Path, suffix: str) -> None:
    households = codes(len(BAD) + 1, start=100)
    rows: dict[str, list[Row]] = {feed: [GOOD[feed] | {"uscc": households[-1]}] for feed in FEEDS}
    expected = set()
    for household, (feed, column, cell, code) in zip(households, BAD, strict=False):
        if feed != "registration":
            rows["registration"].append(GOOD["registration"] | {"uscc": household})
        expected.add((feed, len(rows[feed]) + 2, column, code))
        rows[feed].append(GOOD[feed] | {"uscc": household, "operator_id": household} | {column: cell})
    for feed, contents in rows.items():
        names = [column.name for column in FEEDS[feed].columns]
        WRITERS[suffix](tmp_path / f"{feed}{suffix}", [{name: row[name] for name in names} for row in contents])

    checked = check(tmp_path)

    assert found(checked, tmp_path) == expected
    for feed, report in checked.reports.items():
        bad = sum(1 for line in expected if line[0] == feed)
        assert (report.rows, report.rejected, report.flagged) == (len(rows[feed]), bad, 0)
        assert report.accepted == len(accepted(checked, feed)) == len(rows[feed]) - bad


@pytest.mark.parametrize("suffix", [*WRITERS, "typed"])
def test_good_rows_of_all_feeds_are_accepted_and_typed_alike(tmp_path: Path, suffix: str) -> None:
    for feed, row in GOOD.items():
        if suffix == "typed":
            write_typed_parquet(tmp_path / f"{feed}.parquet", feed, [row])
        else:
            WRITERS[suffix](tmp_path / f"{feed}{suffix}", [row])

    checked = check(tmp_path)

    assert found(checked, tmp_path) == set()
    assert {feed: report.accepted for feed, report in checked.reports.items()} == dict.fromkeys(FEEDS, 1)
    assert accepted(checked, "tax") == [
        {
            "uscc": A,
            "year": 2025,
            "tax_paid": 7,
            "vat_paid": None,
            "income_tax_paid": 1200,
            "tax_paid_min": None,
            "tax_paid_max": None,
        }
    ]
    (registration,) = accepted(checked, "registration")
    assert registration["seasonal"] is False
    assert str(registration["established_on"]) == "2020-02-29"
    types = {name: str(kind) for name, kind, *_ in checked.con.execute("DESCRIBE accepted_annual_report").fetchall()}
    assert types == {
        "uscc": "VARCHAR",
        "year": "INTEGER",
        "filed_on": "DATE",
        "revenue": "BIGINT",
        "employees": "BIGINT",
    }


def test_a_code_that_fails_its_check_is_flagged_in_every_feed_and_kept(tmp_path: Path) -> None:
    for feed, row in GOOD.items():
        write_csv(tmp_path / f"{feed}.csv", [row | {"uscc": MISCHECKED} if "uscc" in row else row])

    checked = check(tmp_path)

    flagged = {feed for feed in FEEDS if FEEDS[feed].has("uscc")}
    assert found(checked, tmp_path) == {(feed, 2, "uscc", "uscc-checksum") for feed in flagged}
    assert {line["severity"] for line in lines(checked, tmp_path)} == {"flagged"}
    assert all(report.accepted == 1 and report.rejected == 0 for report in checked.reports.values())
    assert {feed for feed, report in checked.reports.items() if report.flagged} == flagged


def test_a_flagged_code_of_an_unknown_household_is_flagged_and_rejected(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"]])
    write_csv(tmp_path / "credit.csv", [GOOD["credit"] | {"uscc": MISCHECKED}])

    checked = check(tmp_path)

    assert found(checked, tmp_path) == {
        ("credit", 2, "uscc", "uscc-checksum"),
        ("credit", 2, "uscc", "unknown-household"),
    }
    assert checked.reports["credit"].flagged == 0


def test_several_faults_of_a_row_are_all_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"]])
    write_csv(
        tmp_path / "annual_report.csv",
        [GOOD["annual_report"] | {"uscc": STRANGER, "year": "x", "revenue": "-1", "employees": "-1"}],
    )

    checked = check(tmp_path)

    assert {(column, code) for _, _, column, code in found(checked, tmp_path)} == {
        ("uscc", "unknown-household"),
        ("year", "not-a-number"),
        ("revenue", "negative"),
        ("employees", "negative"),
    }
    assert checked.reports["annual_report"].rejected == 1


def test_a_household_whose_registration_is_rejected_is_unknown(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"] | {"region_code": "999999"}])
    write_csv(tmp_path / "credit.csv", [GOOD["credit"]])

    assert ("credit", 2, "uscc", "unknown-household") in found(check(tmp_path), tmp_path)


@pytest.mark.parametrize("typed", [False, True])
def test_a_band_of_tax_must_not_be_upside_down(tmp_path: Path, typed: bool) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"], GOOD["registration"] | {"uscc": B}])
    band = GOOD["tax"] | {"tax_paid": "", "tax_paid_min": "100.01", "tax_paid_max": "100"}
    rows = [band, band | {"uscc": B, "tax_paid_max": "100.01"}]
    if typed:
        write_typed_parquet(tmp_path / "tax.parquet", "tax", rows)
    else:
        write_csv(tmp_path / "tax.csv", rows)

    assert found(check(tmp_path), tmp_path) == {("tax", 2, "tax_paid_min", "unknown-value")}


def test_dates_that_may_lie_ahead_are_not_future(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"] | {"established_on": "2026-07-05"}])
    write_csv(tmp_path / "suspension.csv", [GOOD["suspension"] | {"until": "9999-12-31", "resumed_on": "2027-01-01"}])
    write_csv(tmp_path / "penalty.csv", [GOOD["penalty"] | {"published_until": "2030-01-01"}])

    assert found(check(tmp_path), tmp_path) == set()
