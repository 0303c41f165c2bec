"""Operators by the numbers that bureaus deliver: what another rule, or another key, makes of them.

Numbers are nowhere kept, so both are reckoned from files that bureaus deliver, offline. Nothing that is written holds a
number: households by their codes, groups by running numbers, pseudonyms.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedsError
from shared.feeds.reading.source import open_source
from shared.feeds.validation.csv_text import BOM
from shared.feeds.validation.folder import find_feed_files
from shared.feeds.validation.uscc_faults import has_the_form_of_a_code
from shared.reference.operator_ids import person_id_sql, spelling_before_sql
from shared.reference.personal_data import OperatorPseudonym

CHANGES = """
    WITH joined AS (SELECT now FROM person WHERE now IS NOT NULL GROUP BY now HAVING count(DISTINCT before) > 1),
    parted AS (SELECT before FROM person WHERE now IS NULL GROUP BY before),
    found AS (
        SELECT uscc, 'joined' AS change, now AS together FROM person SEMI JOIN joined USING (now)
        UNION ALL SELECT uscc, 'unknown', before FROM person SEMI JOIN parted USING (before)
    )
    SELECT {code} AS uscc, change, dense_rank() OVER (ORDER BY change, together) AS number FROM found ORDER BY 3, 1
"""


@dataclass(frozen=True)
class RuleChange:
    """What the rule in force makes of a folder's operators: how many there were and are; `joined`: groups of households
    that were several operators and are one; `parted`: groups that were one operator and have none now.
    """

    before: int
    now: int
    rows: Sequence[tuple[str, str, int]]

    def households(self, change: str) -> int:
        """How many households a kind of change concerns."""
        return sum(1 for _, kind, _ in self.rows if kind == change)

    def groups(self, change: str) -> int:
        """How many operators it concerns."""
        return len({number for _, kind, number in self.rows if kind == change})


def compare_rules(folder: Path) -> RuleChange:
    """The registration files of a folder under the rule of release 0.1.0 and that in force. Raises FeedsError."""
    with duckdb.connect(config={"memory_limit": "1500MB"}) as con:
        _open_persons(con, folder, {"before": spelling_before_sql("operator_id"), "now": person_id_sql("operator_id")})
        code = f"CASE WHEN {has_the_form_of_a_code('uscc')} THEN uscc ELSE '' END"
        rows = con.execute(CHANGES.format(code=code)).fetchall()
        ((before, now),) = con.execute("SELECT count(DISTINCT before), count(DISTINCT now) FROM person").fetchall()
    return RuleChange(before, now, rows)


def write_changes(change: RuleChange, out: Path) -> None:
    """The households concerned, as CSV: code, joined or unknown, number of the group."""
    with out.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        writer = csv.writer(file)
        writer.writerow(["uscc", "change", "group"])
        writer.writerows(change.rows)


def write_successors(folder: Path, old: OperatorPseudonym, new: OperatorPseudonym, out: Path) -> int:
    """The pseudonyms under an old key with those of the same persons under a new one, as CSV (old, new); how many."""
    with duckdb.connect(config={"memory_limit": "1500MB"}) as con:
        _open_persons(con, folder, {"old": old.sql("operator_id"), "new": new.sql("operator_id")})
        rows = con.execute("SELECT DISTINCT old, new FROM person WHERE old IS NOT NULL ORDER BY old").fetchall()
    with out.open("w", encoding="ascii", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["old", "new"])
        writer.writerows(rows)
    return len(rows)


def _open_persons(con: duckdb.DuckDBPyConnection, folder: Path, columns: dict[str, str]) -> None:
    """Makes a table `person` of uscc and the columns, a row for each registration with an operator."""
    files = find_feed_files(folder).files.get("registration", [])
    if not files:
        raise FeedsError(f"文件夹{folder}里没有登记信息（registration）。")
    source = open_source(con, FEEDS["registration"], [(path, path.name) for path in files], folding=True)
    shown = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    con.execute(f"CREATE TABLE person AS SELECT uscc, {shown} FROM {source.view} WHERE operator_id IS NOT NULL")
