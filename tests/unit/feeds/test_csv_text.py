"""Formulas in the cells of CSV for people: also in the forms that programs of East Asia turn into the plain signs."""

import codecs
from pathlib import Path

import duckdb
import pytest

from shared.feeds.sample.writing import write_sample
from shared.feeds.validation.csv_text import FORMULA, escape_formula
from shared.feeds.validation.rejects import COLUMNS, rejects_csv
from tests.unit.feeds.feed_folders import GOOD, TODAY, check, write_csv

SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", "｜", "|", "%", "％"]
HIDDEN = ["", " ", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u2060", "\v", "\x00", "\u3000 \u200b"]
RUN = [f"{hidden}{sign}1+1" for sign in SIGNS for hidden in HIDDEN] + ["\tx", "\rx", "\nx"]
PLAIN = ["", "正常=1", "1+1", "金水区＝商行", "　字号", " x", "“=1”", "2026-01-31", "中+西", "·@", "'=1"]


def test_a_cell_that_a_spreadsheet_would_run_is_escaped_in_every_form() -> None:
    assert [text for text in RUN if escape_formula(text) != f"'{text}"] == []
    assert [text for text in PLAIN if escape_formula(text) != text] == []


def test_queries_escape_the_same_cells() -> None:
    with duckdb.connect() as con:
        for text in [one for one in RUN + PLAIN if "\x00" not in one]:
            (found,) = con.execute("SELECT regexp_matches(?, ?)", [text, FORMULA]).fetchone() or (None,)
            assert found is (escape_formula(text) != text), repr(text)


@pytest.mark.parametrize("text", ["＝cmd|' /C calc'!A0", "\n=1"])
def test_the_plain_signs_alone_would_let_others_through(text: str) -> None:
    def naive(cell: str) -> str:
        return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell

    assert naive(text) == text != escape_formula(text)


def test_csv_for_people_begins_with_one_byte_order_mark(tmp_path: Path) -> None:
    write_csv(tmp_path / "registration.csv", [GOOD["registration"] | {"status": "开业"}])
    checked = check(tmp_path)
    written, downloaded = tmp_path / "rejects.csv", tmp_path / "rejects.parquet"
    assert checked.write_rejects(written) == 1
    checked.con.execute(f"COPY (FROM read_csv('{written}', all_varchar = true)) TO '{downloaded}'")
    for content in (written.read_bytes(), b"".join(rejects_csv(downloaded))):
        assert content.startswith(codecs.BOM_UTF8 + b"feed,file,row")
        assert content.count(codecs.BOM_UTF8) == 1
        assert content.decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS)


def test_an_empty_table_for_people_has_the_byte_order_mark_too(tmp_path: Path) -> None:
    write_sample(tmp_path, region="4101", households=50, seed=1, today=TODAY)
    assert check(tmp_path).write_rejects(tmp_path / "none.csv") == 0
    assert (tmp_path / "none.csv").read_bytes().startswith(codecs.BOM_UTF8)
