"""From a scan to the faults of each row: the few suspicious rows are read again and checked exactly.

Fills the tables of `rejects.FindingTables`. A row is suspicious when a cell is at fault, its household is unknown,
its code is malformed or its key seems to occur twice. A code that is only flagged (check characters) needs no second
look.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from shared.feeds.contract.model import FIRST_YEAR, LAST_YEAR
from shared.feeds.reading.feed_file import ROW_BITS, UNREADABLE_FILE, duckdb_errors_refused
from shared.feeds.reading.source import Source
from shared.feeds.reading.sql import TEXTUAL, folded, is_blank, is_error, literal, quoted
from shared.feeds.validation.cell_checks import Check
from shared.feeds.validation.duplicates import duplicate_candidates, find_duplicates
from shared.feeds.validation.registered_households import HouseholdLookup, RegisteredHouseholds
from shared.feeds.validation.rejects import FLAG_CODE, FindingTables
from shared.feeds.validation.scan import Scan
from shared.feeds.validation.uscc_faults import has_the_form_of_a_code, uscc_faults

_STREAM = "rows_of_interest"

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class RowCounts:
    """Counts of a feed's rows. `flagged` rows are accepted ones; identical repeats are neither accepted
    nor rejected. `unreadable`: rejected rows of which nobody can tell whose they are.
    """

    rows: int
    accepted: int
    rejected: int
    flagged: int
    unreadable: int = 0


@dataclass(frozen=True)
class Verdict:
    """`rejected` rows by their positions in the scan. `to_fold`: folding changes a text of a suspicious
    row."""

    counts: RowCounts
    rejected: NDArray[np.int64]
    to_fold: bool


@dataclass(frozen=True)
class RowValidator:
    """Validates the rows of one feed. `registered` None: unknown households are not checked."""

    source: Source
    checks: list[Check]
    tables: FindingTables
    registered: RegisteredHouseholds | None

    def judge(self, scan: Scan) -> Verdict:
        """Fills the tables; the counts and the rejected rows."""
        self.tables.create(self.source.con)
        households = self._households(scan)
        repeated = _mask(scan, duplicate_candidates(scan, self.registered, households.positions))
        self._note(scan.rows[scan.faults.malformed], "uscc-format")
        self._note(scan.rows[households.flagged], FLAG_CODE)
        suspicious = repeated | ~households.known
        suspicious[scan.at_fault] = True
        suspicious[scan.faults.malformed] = True
        suspects = np.flatnonzero(suspicious)
        rows, flagged = len(scan.rows), int(households.flagged.sum())
        if not len(suspects):
            return Verdict(RowCounts(rows, rows, 0, flagged), np.empty(0, np.int64), to_fold=False)
        self._collect(scan, suspects, households.known, repeated)
        self._check_suspects()
        counts = count_rows(self.source.con, self.tables, rows, nameless=not self.source.contract.has("uscc"))
        verdict = Verdict(counts, self._rejected(), self._to_fold())
        self._run(f"DROP TABLE {self.tables.suspects}")  # it holds personal data
        return verdict

    def _households(self, scan: Scan) -> HouseholdLookup:
        if self.registered is not None:
            return self.registered.look_up(scan.codes)
        nowhere = np.full(len(scan.rows), -1, np.int32)
        return HouseholdLookup(nowhere, np.ones(len(scan.rows), np.bool_), _mask(scan, scan.faults.checksum))

    def _collect(self, scan: Scan, positions: NDArray[np.intp], known: Mask, repeated: Mask) -> None:
        """Reads the suspicious rows again, file by file: a join on `line` alone lets DuckDB skip most of a file."""
        self.tables.create_suspects(self.source.con, self.source.view)
        rows = scan.rows[positions]
        files, lines = rows >> ROW_BITS, rows & ((1 << ROW_BITS) - 1)
        for number, part in enumerate(self.source.parts):
            here = files == number
            chosen = positions[here]
            suspects = {"line": lines[here], "position": chosen, "known": known[chosen], "repeated": repeated[chosen]}
            selected = f"SELECT * FROM ({part}) JOIN {_STREAM} USING (line)"
            with duckdb_errors_refused(self.source.names[number], UNREADABLE_FILE):
                self._with_arrays(suspects, f"INSERT INTO {self.tables.suspects} BY NAME {selected}")

    def _check_suspects(self) -> None:
        if self.registered is not None:
            self._check_unknown_households()
        for check in self.checks:
            self._run(
                f"INSERT INTO {self.tables.findings} SELECT row, {literal(check.column)}, {literal(check.code)} "
                f"FROM {self.tables.suspects} WHERE {check.condition}"
            )
        find_duplicates(self.source, self.tables)
        self._run(f"INSERT INTO {self.tables.dropped} {self.tables.rejected_rows()} EXCEPT FROM {self.tables.dropped}")
        if self.source.contract.has("uscc"):
            self._keep_rejected_keys()

    def _check_unknown_households(self) -> None:
        """Finds whether rows of unknown households have a malformed code or merely no registration."""
        strangers = f"{self.tables.suspects} WHERE NOT known AND uscc IS NOT NULL"
        table = self.source.con.sql(f"SELECT row, uscc FROM {strangers}").to_arrow_table().combine_chunks()
        rows = table.column("row").to_numpy()
        for chunk in table.column("uscc").chunks:
            faults = uscc_faults(chunk)
            self._note(rows[faults.malformed], "uscc-format")
            self._note(rows[faults.checksum], FLAG_CODE)
        formed = f"row NOT IN (SELECT row FROM {self.tables.findings} WHERE code = 'uscc-format')"
        self._run(
            f"INSERT INTO {self.tables.findings} SELECT row, 'uscc', 'unknown-household' FROM {strangers} AND {formed}"
        )

    def _keep_rejected_keys(self) -> None:
        """Keeps what has the form of a code alone: in a shifted row the cell may hold somebody's id number."""
        year = f"CASE WHEN year BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN year END"
        year = year if self.source.contract.has("year") else "NULL"
        self._run(
            f"INSERT INTO {self.tables.rejected_keys} SELECT DISTINCT uscc, {year} FROM {self.tables.suspects} "
            f"WHERE {has_the_form_of_a_code('uscc')} AND row IN ({self.tables.rejected_rows()})"
        )

    def _rejected(self) -> NDArray[np.int64]:
        rejected = self._run(
            f"SELECT position FROM {self.tables.suspects} WHERE row IN ({self.tables.rejected_rows()})"
        )
        return np.array([position for (position,) in rejected], np.int64)

    def _to_fold(self) -> bool:
        """Whether folding would change a text of a suspicious row: then the row must be judged again."""
        changes, key = [], self.source.contract.key
        for column in self.source.contract.columns:
            name = quoted(column.name)
            if column.kind == "text":  # other blanks around it are removed where it is used
                changes.append(f"{is_error(name)} OR ({name} IS NOT NULL AND {is_blank(name)})")
            elif column.kind in TEXTUAL:
                text = folded(column, name, key=column.name in key)
                changes.append(f"{is_error(name)} OR {name} IS DISTINCT FROM {text}")
        found = f"SELECT 1 FROM {self.tables.suspects} WHERE {' OR '.join(changes)} LIMIT 1"
        return bool(changes) and not self.source.folding and bool(self._run(found))

    def _note(self, rows: NDArray[np.int64], code: str) -> None:
        """Adds a finding about the code of each of the rows."""
        if len(rows):
            note = f"INSERT INTO {self.tables.findings} SELECT row, 'uscc', {literal(code)} FROM {_STREAM}"
            self._with_arrays({"row": rows}, note)

    def _with_arrays(self, arrays: dict[str, NDArray[np.int64] | Mask], statement: str) -> None:
        self.source.con.register(_STREAM, arrays)
        try:
            self._run(statement)
        finally:
            self.source.con.unregister(_STREAM)

    def _run(self, statement: str) -> list[tuple[int, ...]]:
        rows: list[tuple[int, ...]] = self.source.con.execute(statement).fetchall()
        return rows


def count_rows(con: duckdb.DuckDBPyConnection, tables: FindingTables, rows: int, *, nameless: bool) -> RowCounts:
    """The counts of a feed of so many rows, from its tables of findings. `nameless`: its rows have no code, so that a
    rejected one is nobody's.
    """
    code_lost = "true" if nameless else "\"column\" = 'uscc' AND code IN ('missing', 'uscc-format', 'cell-error')"
    ((without, rejected, flagged, unreadable),) = con.execute(
        f"SELECT (SELECT count(*) FROM {tables.dropped}), (SELECT count(*) FROM ({tables.rejected_rows()})), "
        f"(SELECT count(DISTINCT row) FROM {tables.findings} WHERE {tables.is_flag('code')} "
        f"AND row NOT IN (SELECT row FROM {tables.dropped})), "
        f"(SELECT count(DISTINCT row) FROM {tables.findings} WHERE NOT {tables.is_flag('code')} AND {code_lost})"
    ).fetchall()
    return RowCounts(rows, rows - without, rejected, flagged, unreadable)


def _mask(scan: Scan, positions: NDArray[np.integer]) -> Mask:
    mask = np.zeros(len(scan.rows), np.bool_)
    mask[positions] = True
    return mask
