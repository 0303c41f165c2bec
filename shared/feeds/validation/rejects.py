"""The rejects: one line per row, column and code, with a message for the bureau that delivered the row.

Validation writes findings into tables (`FindingTables`); the rejects are derived from them as a query, as a CSV file of
a folder, or as CSV to download from stored Parquet. Cells are escaped so that no spreadsheet runs them as formulas, and
both begin with a byte order mark, so that a spreadsheet shows the Chinese.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from shared.feeds.contract.model import Column, FeedContract
from shared.feeds.reading.feed_file import FIRST_ROW, ROW_BITS
from shared.feeds.reading.source import Source
from shared.feeds.reading.sql import literal, quoted
from shared.feeds.validation.cell_checks import NOT_AN_ID
from shared.feeds.validation.csv_text import BOM, bom_column, csv_lines, escape_formula

FLAG_CODE = "uscc-checksum"
"""The code that never rejects its row."""


@dataclass(frozen=True)
class FindingTables:
    """Names with their schema, if any.

    - `findings(row, column, code)`: one line per row, column and code, rejected and flagged;
    - `dropped(row)`: rows that are not accepted: the rejected ones, and identical repeats;
    - `rejected_keys(uscc, year)`: households whose facts are unknown because a row of theirs was rejected;
    - `suspects`: the rows to be checked exactly; they hold personal data: drop them when done.

    `flags`: the codes that do not reject their rows.
    """

    findings: str
    dropped: str
    rejected_keys: str
    suspects: str
    flags: tuple[str, ...] = (FLAG_CODE,)

    def create(self, con: duckdb.DuckDBPyConnection) -> None:
        """Creates the permanent tables, empty."""
        con.execute(f'CREATE OR REPLACE TABLE {self.findings} (row BIGINT, "column" VARCHAR, code VARCHAR)')
        con.execute(f"CREATE OR REPLACE TABLE {self.dropped} (row BIGINT)")
        con.execute(f"CREATE OR REPLACE TABLE {self.rejected_keys} (uscc VARCHAR, year INTEGER)")

    def create_suspects(self, con: duckdb.DuckDBPyConnection, source: str) -> None:
        """Creates `suspects`, empty, with the columns of `source` and the scan's results per row."""
        con.execute(
            f"CREATE OR REPLACE TABLE {self.suspects} AS SELECT *, 0::BIGINT AS position, false AS known, "
            f"false AS repeated FROM {source} LIMIT 0"
        )

    def rejected_rows(self) -> str:
        """SELECT of `row` of every rejected row, once."""
        return f"SELECT DISTINCT row FROM {self.findings} WHERE NOT {self.is_flag('code')}"

    def is_flag(self, code: str) -> str:
        """SQL: whether a code only flags its row."""
        return f"({code} IN ({', '.join(map(literal, self.flags))}))"


def finding_tables(contract: FeedContract, space: str = "") -> FindingTables:
    """The table names for a feed; `space` is a prefix ("" or a schema with its dot).

    A household whose operator's number is nobody's is kept, with an operator who is not known; where the number is what
    the row is about, the row says nothing.
    """
    without_operator = contract.has("operator_id") and not contract.column("operator_id").required
    flags = (FLAG_CODE, NOT_AN_ID) if without_operator else (FLAG_CODE,)
    findings, dropped, keys, suspects = (
        f"{space}{kind}_{contract.name}" for kind in ("findings", "dropped", "rejected_keys", "suspects")
    )
    return FindingTables(findings, dropped, keys, suspects, flags)


COLUMNS = ("feed", "file", "row", "column", "code", "severity", "message")

MESSAGES: Mapping[str, str] = {
    "uscc-format": "格式不对：应为18位，以92开头，由数字和大写字母（不含I、O、S、V、Z）组成",
    "uscc-checksum": "校验位不符：已采用并标记，请核对",
    "cell-error": "是表格的错误值（如#N/A）：应改为正确的值，没有值的应留空",
    "missing": "为空：此列必填",
    NOT_AN_ID: "不是证件号码（如“无”、全是0、带星号、被表格改成科学计数法）：请填完整号码，没有的应留空",
    "not-a-date": "不是日期：应写成2025-01-31的样子",
    "negative": "是负数：不能小于0",
    "unknown-region": "不是已知的县级区划代码：应为6位代码",
    "future-date": "晚于报送当日：尚未发生的事不能报送",
    "unknown-household": "在已采用的登记信息中没有这个代码：请核对代码，或先报送登记信息",
}
_NUMBERS = {
    "money": "不是金额：应以元为单位，最多两位小数，不带千分位",
    "count": "不是整数",
    "year": "不是年份：应为四位数字",
}


def reject_message(contract: FeedContract, column: Column, code: str) -> str:
    """The message of one line of the rejects."""
    what = f"{column.name}（{column.title}）"
    if code == "not-a-number":
        return what + _NUMBERS[column.kind]
    if code == "unknown-value":
        return what + _unknown_value(column)
    if code == "duplicate-key":
        return f"同一批数据中{'、'.join(contract.key)}相同而内容不同的行有多行：全部退回，应只保留正确的一行"
    return what + MESSAGES[code]


_CONTACTS = {
    "phone": "不是电话号码：应为11位手机号码，或带区号的固定电话",
    "email": "不是电子邮箱地址：应写成name@example.com的样子",
}


def _unknown_value(column: Column) -> str:
    if column.name in _CONTACTS:
        return _CONTACTS[column.name]
    if column.choices:
        return f"的取值不在范围内：应为{'、'.join(column.choices)}之一"
    if column.form:
        return f"的写法不对：应为{column.form}"
    if column.kind == "bool":
        return "的取值不在范围内：应为true或false"
    return "大于上限：下限不能超过上限" if column.kind == "money" else "的取值不在范围内：应为四位年份"


def rejects_query(source: Source, tables: FindingTables) -> str:
    """SELECT of a feed's rejects, with `id`, which grows in the order of its files and their rows."""
    files = ", ".join(literal(escape_formula(name)) for name in source.names)
    return (
        f"SELECT {literal(source.contract.name)} AS feed, ([{files}])[(f.row >> {ROW_BITS}) + 1] AS file, "
        f"((f.row & {(1 << ROW_BITS) - 1}) + {FIRST_ROW})::INTEGER AS row, f.column, f.code, "
        f"CASE WHEN {tables.is_flag('f.code')} THEN 'flagged' ELSE 'rejected' END AS severity, m.message, f.row AS id "
        f"FROM {tables.findings} f JOIN ({_messages(source, tables)}) m ON f.column = m.column AND f.code = m.code"
    )


def _messages(source: Source, tables: FindingTables) -> str:
    """SELECT of the messages by column and code."""
    contract = source.contract
    pairs = source.con.execute(f'SELECT DISTINCT "column", code FROM {tables.findings}').fetchall()
    texts = [(column, code, reject_message(contract, contract.column(column), code)) for column, code in pairs]
    rows = ", ".join(f"({', '.join(map(literal, row))})" for row in texts or [("", "", "")])
    return f'SELECT * FROM (VALUES {rows}) AS t("column", code, message)'


def write_rejects_csv(con: duckdb.DuckDBPyConnection, queries: list[str], path: Path) -> int:
    """Writes the rejects of several feeds as one CSV file, whole or not at all; returns their number.

    In the order of the feeds, then of their files and rows, whatever order `con` otherwise keeps.
    """
    part = path.with_name(f"{path.name}.part")
    first, *others = map(quoted, COLUMNS)
    columns = ", ".join([f"{first} AS {bom_column(COLUMNS[0])}", *others])
    nothing = f"SELECT {', '.join(f'NULL::VARCHAR AS {quoted(name)}' for name in COLUMNS)}, 0 AS id, 0 AS place LIMIT 0"
    rows = " UNION ALL ".join(f"SELECT *, {place} AS place FROM ({query})" for place, query in enumerate(queries))
    ordered = f'SELECT {columns} FROM ({rows or nothing}) ORDER BY place, id, "column", code'
    try:
        written = con.execute(f"COPY ({ordered}) TO {literal(str(part))} (FORMAT csv, HEADER true)").fetchall()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return int(written[0][0])


ROWS_PER_CHUNK = 10_000


def rejects_csv(file: Path) -> Iterator[bytes]:
    """The stored rejects (Parquet) as UTF-8 CSV with a header row, a chunk at a time."""
    yield BOM.encode() + csv_lines([COLUMNS])
    with pq.ParquetFile(file) as rejects:
        for batch in rejects.iter_batches(ROWS_PER_CHUNK, columns=list(COLUMNS)):
            yield csv_lines([[escape_formula(str(cell)) for cell in row.values()] for row in batch.to_pylist()])
