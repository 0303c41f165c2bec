"""Files made to kill whoever reads them: each is refused in a Chinese sentence, and nothing but its own child ends."""

import datetime as dt
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.closed_duckdb import open_closed
from shared.feeds.intake import context
from shared.feeds.intake.context import FileChecker, Judging
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.refusals import DeliveryRefused
from shared.file_store import Store
from shared.reference.personal_data import OperatorPseudonym
from tests.unit.feeds.feed_folders import A
from tests.unit.feeds.fuzz_readers import fuzz

HEADER = "uscc,abnormal,seriously_dishonest\n"
TODAY = dt.date(2026, 7, 1)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROW = "".join(
    f'<c r="{place}1" t="inlineStr"><is><t>{name}</t></is></c>'
    for place, name in zip("ABC", HEADER.strip().split(","), strict=True)
)


class CreditDeclaration(Declaration):
    """A delivery of one feed."""

    service, taken = "测试服务", ("credit",)


@pytest.fixture
def checker(tmp_path: Path) -> FileChecker:
    return FileChecker(Store(tmp_path / "data"), OperatorPseudonym(b"k" * 32), memory_limit="200MB", threads=1)


def refusal_of(checker: FileChecker, suffix: str, content: bytes, judging: Judging | None = None) -> str:
    declared = CreditDeclaration("credit", "甲局", "41", None, "full", 1, "0" * 64, suffix)
    with checker.store.workspace() as workspace:
        file = workspace / f"credit{suffix}"
        file.write_bytes(content)
        with pytest.raises(DeliveryRefused) as caught:
            checker.check(file, declared, TODAY, workspace / "checked", judging=judging)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.detail)
    return caught.value.detail


def workbook(
    cells: str,
    *,
    folder: str = "worksheets",
    target: str = "worksheets/sheet1.xml",
    prefix: str = "",
    more: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook of one sheet, written by hand."""
    p, space = (f"{prefix}:", f' xmlns:{prefix}="{MAIN}"') if prefix else ("", f' xmlns="{MAIN}"')
    rows = f'<row r="1">{ROW}</row>{cells}'.replace("</", f"</{p}").replace("<", f"<{p}").replace(f"<{p}/{p}", f"</{p}")
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>"
    )
    links = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{LINKS}/worksheet" Target="{target}"/></Relationships>'
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", links)
        archive.writestr(
            f"xl/{folder}/sheet1.xml", f"<{p}worksheet{space}><{p}sheetData>{rows}</{p}sheetData></{p}worksheet>"
        )
        for name, part in (more or {}).items():
            archive.writestr(name, part)
    return content.getvalue()


FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
DECOY = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{ROW}</row></sheetData></worksheet>'.encode()
WORKBOOKS: dict[str, bytes] = {
    "a far cell": workbook(FAR),
    "blanks in its place": workbook(FAR.replace('r="XFD', 'r = " XFD')),
    "small letters": workbook(FAR.replace("XFD", "xfd")),
    "a column that does not exist": workbook('<row r="2"><c r="ZZZZZZZZ2"><v>1</v></c></row>'),
    "another folder, with a decoy": workbook(
        FAR, folder="elsewhere", target="elsewhere/sheet1.xml", more={"xl/worksheets/sheet1.xml": DECOY}
    ),
    "another case, with a decoy": workbook(
        FAR, folder="Worksheets", target="Worksheets/sheet1.xml", more={"xl/worksheets/sheet1.xml": DECOY}
    ),
    "an absolute path": workbook(FAR, target="/xl/worksheets/sheet1.xml"),
    "a path through its parent": workbook(FAR, target="../xl/worksheets/sheet1.xml"),
    "a prefix": workbook(FAR, prefix="x"),
    "a prefix with a dash": workbook(FAR, prefix="x-y"),
    "a formula under a prefix with a dash": workbook('<row r="2"><c r="A2"><f>1+1</f></c></row>', prefix="x-y"),
    "a row without its number, far away": workbook('<row r="99999999"/><row><c r="A100000000"><v>1</v></c></row>'),
    "shared strings beyond all measure": workbook("", more={"xl/sharedStrings.xml": b"<sst>" + bytes(64 << 20)}),
    "an archive within": workbook("", more={"xl/media/a.zip": workbook("", more={"b": bytes(32 << 20)})}),
    "no workbook at all": workbook("")[:200],
}


@pytest.mark.parametrize("content", WORKBOOKS.values(), ids=WORKBOOKS)
def test_a_hostile_workbook_is_refused(checker: FileChecker, content: bytes) -> None:
    refusal_of(checker, ".xlsx", content)


def lying_parquet(change: Callable[[bytearray], None]) -> bytes:
    content = io.BytesIO()
    pq.write_table(
        pa.table({"uscc": [A] * 500, "abnormal": ["true"] * 500, "seriously_dishonest": [""] * 500}), content
    )
    changed = bytearray(content.getvalue())
    change(changed)
    return bytes(changed)


def rows_beyond_count(content: bytearray) -> None:
    """500 rows are claimed to be a few billion: the number stands in the footer, in zigzag form."""
    zigzag, place = b"\xe8\x07", content.rfind(b"PAR1") - 8
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    while (place := content.rfind(zigzag, start, place)) >= 0:
        content[place : place + 2] = b"\xfe\x7f"


OTHERS: dict[str, tuple[str, bytes]] = {
    "one line of megabytes": (".csv", HEADER.encode() + A.encode() + b"x" * (3 << 20)),
    "a quote never closed": (".csv", HEADER.encode() + b'"' + f"{A},true,\n".encode() * 20_000),
    "nothing but quotes": (".csv", HEADER.encode() + b'"' * 100_001),
    "a header of a million columns": (".csv", b"uscc," * 1_000_000 + b"\n"),
    "nothing but line ends": (".csv", HEADER.encode() + b"\r" * (1 << 20)),
    "numbers of rows that lie": (".parquet", lying_parquet(rows_beyond_count)),
    "no page of data": (".parquet", lying_parquet(lambda content: content.__setitem__(slice(4, 60), bytes(56)))),
}


@pytest.mark.parametrize(("suffix", "content"), OTHERS.values(), ids=OTHERS)
def test_a_hostile_table_is_refused(checker: FileChecker, suffix: str, content: bytes) -> None:
    refusal_of(checker, suffix, content)


@pytest.mark.parametrize("death", ["die", "spend"])
def test_the_death_of_a_reader_refuses_its_file_alone(
    checker: FileChecker, monkeypatch: pytest.MonkeyPatch, death: str
) -> None:
    """Whatever is yet unknown of a library: here its reader aborts, or takes all the memory that it may."""
    monkeypatch.setattr(context, "SPARE_MEMORY", 256 << 20)
    judging = Judging(f"tests.unit.confined_work:{death}", (), str)
    refused = refusal_of(checker, ".csv", f"{HEADER}{A},true,\n".encode(), judging)
    assert "超出了内存或时间的限制，或读取中断" in refused
    declared = CreditDeclaration("credit", "甲局", "41", None, "full", 1, "0" * 64, ".csv")
    with checker.store.workspace() as workspace:
        file = workspace / "credit.csv"
        file.write_text(f"{HEADER}{A},true,\n")
        assert checker.check(file, declared, TODAY, workspace / "checked").accepted == 1


def test_duckdb_reaches_nothing_but_its_folders_and_fetches_nothing(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.csv").write_text("a\n1\n")
    (tmp_path / "b.csv").write_text("a\n1\n")
    with open_closed([tmp_path / "own"], memory_limit="100MB", spill=tmp_path / "own" / "spill") as con:
        assert con.execute(f"SELECT a FROM read_csv('{tmp_path}/own/a.csv')").fetchall() == [(1,)]
        for statement in (
            f"FROM read_csv('{tmp_path}/b.csv')",
            f"FROM read_csv('{tmp_path}/own/../b.csv')",
            f"COPY (SELECT 1) TO '{tmp_path}/c.csv'",
            f"ATTACH '{tmp_path}/d.duckdb'",
            "FROM read_csv('https://example.org/a.csv')",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(statement)
        bound, installs = con.execute(
            "SELECT current_setting('max_temp_directory_size'), current_setting('autoinstall_known_extensions')"
        ).fetchall()[0]
    assert not bound.startswith("90%")
    assert installs is False
    assert not os.path.lexists(tmp_path / "c.csv")


def test_files_damaged_at_random_are_taken_or_refused() -> None:
    """The short form of `make fuzz`."""
    found = fuzz(1.0, seed=1)
    assert sum(found.values()) > 3
