"""K2 on the command line: a household whose row may be one that nobody can read is unknown, not absent."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from services.typing.engine.offline import read_household_facts
from shared.feeds.intake.absence import AbsenceRules
from shared.reference.uscc import make_usccs

CODES = [code.decode() for code in make_usccs(np.full(40, 410102, np.int32), np.arange(40, dtype=np.int64))]
REGISTRATION = "uscc,name,operator_name,operator_id,region_code,industry_code,established_on,status,seasonal"
TODAY = dt.date(2026, 7, 1)


def folder_with(tmp_path: Path, *tax: str) -> Path:
    rows = [f"{code},小店,张三,410102198001010011,410102,5211,2020-01-02,registered," for code in CODES]
    (tmp_path / "registration.csv").write_text("\n".join([REGISTRATION, *rows, ""]), "utf-8")
    (tmp_path / "tax.csv").write_text("\n".join(["uscc,year,tax_paid,vat_paid,income_tax_paid", *tax, ""]), "utf-8")
    return tmp_path


def tax_of(folder: Path) -> object:
    """What is known of the taxes of a household that has no row."""
    facts = read_household_facts(folder, CODES[-1], TODAY, today=TODAY)
    assert facts is not None
    return facts["tax_paid_max"]


READABLE = [f"{code},2025,10.00,," for code in CODES[:30]]


def test_a_household_without_a_row_has_paid_nothing(tmp_path: Path):
    assert tax_of(folder_with(tmp_path, *READABLE)) == 0


@pytest.mark.parametrize(
    "rows", [[*READABLE[1:], ",2025,10.00,,"], [*READABLE[1:], "九十二,2025,10.00,,"], [f"{CODES[0]},2025,viel,,"] * 3]
)
def test_a_merged_cell_a_lost_code_and_a_file_hardly_accepted_leave_it_open(tmp_path: Path, rows: list[str]):
    assert tax_of(folder_with(tmp_path, *rows)) is None


def test_taking_the_rest_for_absent_would_be_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The planted fault."""
    monkeypatch.setattr(AbsenceRules, "leaves_open", lambda *_, **__: False)
    with pytest.raises(AssertionError):
        test_a_merged_cell_a_lost_code_and_a_file_hardly_accepted_leave_it_open(tmp_path, [*READABLE[1:], ",2025,1,,"])
