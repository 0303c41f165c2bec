"""The check of a corrected row, and what a process that never sees one does without."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from services.objection.verifications.row_check import check_row
from shared.feeds.contract.feeds import FEEDS

TODAY = dt.date(2026, 8, 1)


def test_a_process_that_has_seen_no_row_holds_neither_duckdb_nor_arrow() -> None:
    code = "import sys, services.objection.service; sys.exit(bool({'duckdb', 'pyarrow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_code_with_wrong_check_characters_is_kept_as_in_a_delivery(tmp_path: Path) -> None:
    row = {"uscc": "92410105MA00000001", "trademarks_in_use": "1", "patents": ""}
    assert check_row(FEEDS["intellectual_property"], row, TODAY, tmp_path) == []


def test_a_row_without_its_key_is_refused(tmp_path: Path) -> None:
    (fault,) = check_row(FEEDS["credit"], {"uscc": "", "abnormal": ""}, TODAY, tmp_path)
    assert (fault.column, fault.code) == ("uscc", "missing")


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\u200b"])
def test_a_row_of_blanks_is_no_row(tmp_path: Path, blank: str) -> None:
    """The reader of files skips it; somebody who corrects a household is told."""
    row = dict.fromkeys(("uscc", "filed_on", "until", "resumed_on"), blank)
    found = check_row(FEEDS["suspension"], row, TODAY, tmp_path)
    assert [(fault.column, fault.code) for fault in found] == [("uscc", "missing"), ("filed_on", "missing")]


def test_a_day_to_come_is_refused_with_its_column(tmp_path: Path) -> None:
    row = {"uscc": "92410105MA00000001", "filed_on": "2026-09-01", "until": "", "resumed_on": ""}
    (fault,) = check_row(FEEDS["suspension"], row, TODAY, tmp_path)
    assert (fault.column, fault.code) == ("filed_on", "future-date")
