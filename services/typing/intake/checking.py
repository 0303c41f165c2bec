"""A received file becomes three files of the store, or the delivery is refused whole.

Blocking and busy: run it in a thread. Everything is written inside the delivery's workspace first.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.typing.intake.declaration import Declaration
from services.typing.intake.delivered import REGISTRATION
from shared.feeds.delivery import DeliveryReport
from shared.feeds.intake.bench import Bench
from shared.feeds.intake.refusals import mainly_of_another_year, outside_region


@dataclass(frozen=True)
class Checked:
    """Counts of a checked delivery and the digests of its stored files."""

    report: DeliveryReport
    accepted_file: str
    rejects_file: str
    rejected_keys_file: str


def check(bench: Bench, raw: Path, declared: Declaration, today: dt.date, workspace: Path) -> Checked:
    """Checks ``raw`` row by row and stores what counts. DeliveryRefused when it is not what was declared.

    ``today`` is the day of delivery. Registration rows outside the declared region refuse the whole delivery, and so
    does a file that is mainly about another year than the declared one: whether the declaration or the rows are wrong
    cannot be told, and a full delivery with the wrong coverage would erase rows. Some rows about other years are usual
    (late reports); to those years they are increments. Rows of other feeds for households registered elsewhere are
    judged with the evidence, since registration may arrive later.
    """
    with bench.connect(workspace) as con:
        report = bench.check(con, raw, declared, today, workspace / "checked")
        require_as_declared(con, declared, report)
    return Checked(
        report,
        bench.store.keep(report.accepted_path),
        bench.store.keep(report.rejects_path),
        bench.store.keep(report.rejected_keys_path),
    )


def require_as_declared(con: duckdb.DuckDBPyConnection, declared: Declaration, report: DeliveryReport) -> None:
    """DeliveryRefused unless the coverage is the one that was declared."""
    if declared.feed == REGISTRATION:
        outside = count(con, report, "not starts_with(region_code, ?)", declared.region)
        if outside:
            raise outside_region(outside, declared.region)
    if declared.year is not None and set(report.years) - {declared.year}:
        require_mainly(con, report, declared.year)


def require_mainly(con: duckdb.DuckDBPyConnection, report: DeliveryReport, year: int) -> None:
    """DeliveryRefused unless more rows are about the declared year than about any other."""
    query = "select year, count(*) from read_parquet(?) group by 1 order by 2 desc, year <> ? limit 1"
    [(commonest, rows)] = con.execute(query, [str(report.accepted_path), year]).fetchall()
    if commonest != year:
        raise mainly_of_another_year(rows, commonest, year)


def count(con: duckdb.DuckDBPyConnection, report: DeliveryReport, condition: str, value: object) -> int:
    """How many accepted rows fulfil a condition with one parameter."""
    query = f"select count(*) from read_parquet(?) where {condition}"
    return int(con.execute(query, [str(report.accepted_path), value]).fetchall()[0][0])
