"""Checks one file of one feed as a delivery of it would be, and keeps nothing but the list of its rejects."""

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from shared.feeds.validation.delivery import check_delivery
from shared.feeds.validation.folder import FeedReport
from shared.feeds.validation.rejects import rejects_csv
from shared.reference.personal_data import OperatorPseudonym


@dataclass(frozen=True)
class FileTrial:
    """The counts of a file, the years of its rows, and where its rejects were written; None: there are none."""

    report: FeedReport
    years: tuple[int, ...]
    rejects: Path | None

    def with_warnings(self, warnings: Sequence[str]) -> "FileTrial":
        """With further warnings, of the way that the file came."""
        return replace(self, report=replace(self.report, warnings=(*self.report.warnings, *warnings)))


def try_file(path: Path, feed: str, rejects: Path, *, today: date) -> FileTrial:
    """Checks a file; its rejected and flagged rows are written to `rejects`. Whether its households are registered is
    not known here. FeedsError when the file would be refused whole.
    """
    with tempfile.TemporaryDirectory(prefix="minglu-") as folder, duckdb.connect() as con:
        out = Path(folder) / "checked"
        out.mkdir()
        con.execute(f"SET temp_directory = '{folder}/spill'")
        pseudonym = OperatorPseudonym(secrets.token_bytes(32))
        told = check_delivery(path, feed, today=today, registered=None, pseudonym=pseudonym, con=con, out=out)
        found = bool(told.rejected or told.flagged)
        if found:
            with rejects.open("wb") as table:
                table.writelines(rejects_csv(told.rejects_path))
    report = FeedReport(
        feed,
        (path.name,),
        told.rows,
        told.accepted,
        told.rejected,
        told.flagged,
        delivered=True,
        warnings=told.warnings,
        unreadable=told.unreadable,
    )
    return FileTrial(report, told.years, rejects if found else None)
