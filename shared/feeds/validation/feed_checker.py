"""Checks one feed: from its files to the query of its accepted rows and the tables of what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from shared.feeds.contract.model import FeedContract
from shared.feeds.reading.source import Source, close_source, open_source
from shared.feeds.validation.cell_checks import checks_of
from shared.feeds.validation.registered_households import HashIndex, RegisteredHouseholds
from shared.feeds.validation.rejects import FindingTables, finding_tables
from shared.feeds.validation.row_validator import RowCounts, RowValidator, Verdict, count_rows
from shared.feeds.validation.scan import Scan, scan_source
from shared.feeds.validation.uscc_faults import has_the_form_of_a_code
from shared.reference.personal_data import OperatorPseudonym
from shared.reference.regions import known_regions


@dataclass(frozen=True)
class Finding:
    """What is wrong with a row (its `row` in the source's view): the column, and the code of the rejects."""

    row: int
    column: str
    code: str


@dataclass(frozen=True)
class CheckedFeed:
    """A feed after checking; `households` are its accepted rows as registrations (of the registration feed)."""

    source: Source
    tables: FindingTables
    counts: RowCounts
    households: RegisteredHouseholds | None

    def accepted(self, *, storable: bool = False) -> str:
        """SELECT of the accepted rows, typed, in the order of the files; `storable`: in PostgreSQL."""
        return self._accepted(self.source.accepted_columns(storable=storable))

    def accepted_rows(self) -> str:
        """SELECT of the accepted rows whole, with their `row`, personal data in clear: for nothing that is stored."""
        return self._accepted("*")

    def _accepted(self, columns: str) -> str:
        whole = f"SELECT {columns} FROM {self.source.view}"
        if self.counts.accepted == self.counts.rows:
            return whole
        return f"{whole} WHERE NOT EXISTS (FROM {self.tables.dropped} d WHERE d.row = {self.source.view}.row)"

    def without(self, findings: Sequence[Finding]) -> "CheckedFeed":
        """The feed with further rows rejected; what is wrong with them is listed among the others."""
        if not findings:
            return self
        con, tables, view = self.source.con, self.tables, self.source.view
        columns = {name: [getattr(one, name) for one in findings] for name in ("row", "column", "code")}
        con.execute("INSERT INTO " + tables.findings + " SELECT unnest($row), unnest($column), unnest($code)", columns)
        rejected = f"({tables.rejected_rows()} EXCEPT FROM {tables.dropped})"
        con.execute(
            f"INSERT INTO {tables.rejected_keys} SELECT DISTINCT uscc, NULL FROM {view} "
            f"WHERE {has_the_form_of_a_code('uscc')} AND row IN {rejected} EXCEPT FROM {tables.rejected_keys}"
        )
        con.execute(f"INSERT INTO {tables.dropped} {rejected}")
        return replace(self, counts=count_rows(con, tables, self.counts.rows, nameless=False))


@dataclass(frozen=True)
class FeedChecker:
    """Checks feeds in `con`; `space` is a prefix for the names of everything created ("" or a schema with its dot)."""

    con: duckdb.DuckDBPyConnection
    today: date
    pseudonym: OperatorPseudonym | None
    space: str = ""

    def check(
        self, contract: FeedContract, files: Sequence[tuple[Path, str]], registered: RegisteredHouseholds | None
    ) -> CheckedFeed:
        """Checks the files (path, name in rejects) of a feed; with `registered` None, unknown households are not
        checked.

        Codes and words are taken as they are at first. If some turn out to be right only once folded (width, case,
        blanks), or to be a spreadsheet's error values, the files are read again, which folds all, and checked again.
        Raises FeedsError when a file cannot be read.
        """
        checked, to_fold = self._check(contract, files, registered, folding=False)
        if to_fold:
            close_source(checked.source, self.space)
            checked, _ = self._check(contract, files, registered, folding=True)
        return checked

    def _check(
        self,
        contract: FeedContract,
        files: Sequence[tuple[Path, str]],
        registered: RegisteredHouseholds | None,
        *,
        folding: bool,
    ) -> tuple[CheckedFeed, bool]:
        source = open_source(self.con, contract, files, space=self.space, pseudonym=self.pseudonym, folding=folding)
        rules = checks_of(contract, self.today, self._regions() if contract.has("region_code") else "")
        asked = registered if contract.has("uscc") else None
        scanned = scan_source(source, rules, look_at_codes=asked is None)
        tables = finding_tables(contract, self.space)
        verdict = RowValidator(source, rules, tables, asked).judge(scanned)
        households = _registered_households(scanned, verdict) if contract.name == "registration" else None
        return CheckedFeed(source, tables, verdict.counts, households), verdict.to_fold

    def _regions(self) -> str:
        table = f"{self.space}known_regions"
        self.con.execute(
            f"CREATE TABLE IF NOT EXISTS {table} AS SELECT unnest(string_split($1, ',')) AS code",
            [",".join(sorted(known_regions()))],
        )
        return table


def _registered_households(scanned: Scan, verdict: Verdict) -> RegisteredHouseholds:
    accepted = np.ones(len(scanned.rows), np.bool_)
    accepted[verdict.rejected] = False
    flagged = np.zeros(len(scanned.rows), np.bool_)
    flagged[scanned.faults.checksum] = True
    return RegisteredHouseholds(HashIndex(scanned.codes), accepted, flagged)
