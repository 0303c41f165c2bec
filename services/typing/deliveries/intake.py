"""What the typing service takes in: its feeds, its intake context, and the validation of a received file.

A received file becomes three files of the store (accepted rows, rejects, rejected keys), or the delivery is refused
as a whole. Validation blocks and is CPU-bound: run it in a thread. Everything is written inside the delivery's
workspace first.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.typing.deliveries.domain import REGISTRATION, AcceptedDelivery
from services.typing.deliveries.models import Delivery
from shared.feeds.contract.feeds import TYPING_FEEDS
from shared.feeds.intake.context import FileChecker
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.refusals import mainly_of_another_year, outside_region
from shared.feeds.validation.delivery import DeliveryReport
from shared.file_store import Store
from shared.platform.deliveries.coverage import Coverage


class TypingDeclaration(Declaration):
    """A delivery of what typing needs, as declared."""

    service = "分型服务"
    taken = TYPING_FEEDS


def evidence_of(store: Store, delivery: Delivery) -> AcceptedDelivery:
    """A delivery's row as evidence, with the paths of its files."""
    hollow = delivery.coverage is Coverage.NOTHING
    return AcceptedDelivery(
        sequence=delivery.sequence,
        feed=delivery.feed,
        region=delivery.region,
        year=delivery.year,
        full=delivery.mode == "full" and not hollow,
        accepted=store.path(delivery.accepted_file),
        rejected_keys=store.path(delivery.rejected_keys_file),
        moved_in=delivery.moved_in,
        rows=delivery.rows,
        unreadable=delivery.unreadable,
        hollow=hollow,
        empty=delivery.mode == "full" and not delivery.rows,
    )


@dataclass(frozen=True)
class ValidatedDelivery:
    """Counts of a checked delivery and the digests of its stored files; its rejects are still in the workspace."""

    report: DeliveryReport
    accepted_file: str
    rejected_keys_file: str


def validate_delivery(
    bench: FileChecker, raw: Path, declared: Declaration, today: dt.date, workspace: Path
) -> ValidatedDelivery:
    """Checks ``raw`` row by row and stores what counts. DeliveryRefused when it is not what was declared.

    ``today`` is the day of delivery. Registration rows outside the declared region refuse the whole delivery, and so
    does a file that is mainly about another year than the declared one: whether the declaration or the rows are wrong
    cannot be decided here, and a full delivery with the wrong coverage would erase rows. Some rows about other years
    are usual (late reports); for those years they are increments. Rows of other feeds for households registered
    elsewhere are judged with the evidence, since registration may arrive later.
    """
    report = bench.check(raw, declared, today, workspace / "checked")
    require_as_declared(bench, declared, report, workspace)
    return ValidatedDelivery(
        report,
        bench.store.keep(report.accepted_path),
        bench.store.keep(report.rejected_keys_path),
    )


def require_as_declared(bench: FileChecker, declared: Declaration, report: DeliveryReport, workspace: Path) -> None:
    """DeliveryRefused unless the coverage is the one that was declared. A database is opened only for a file in which
    there is something to look for: opening takes longer than looking.
    """
    other_years = set() if declared.year is None else set(report.years) - {declared.year}
    if declared.feed != REGISTRATION and not other_years:
        return
    with bench.connect(workspace) as con:
        if declared.feed == REGISTRATION:
            outside = count_accepted_rows(con, report, "NOT starts_with(region_code, ?)", declared.region)
            if outside:
                raise outside_region(outside, declared.region)
        if declared.year is not None and other_years:
            require_mainly_of_year(con, report, declared.year)


def require_mainly_of_year(con: duckdb.DuckDBPyConnection, report: DeliveryReport, year: int) -> None:
    """DeliveryRefused unless more rows are about the declared year than about any other."""
    query = "SELECT year, count(*) FROM read_parquet(?) GROUP BY 1 ORDER BY 2 DESC, year <> ? LIMIT 1"
    [(commonest, rows)] = con.execute(query, [str(report.accepted_path), year]).fetchall()
    if commonest != year:
        raise mainly_of_another_year(rows, commonest, year)


def count_accepted_rows(con: duckdb.DuckDBPyConnection, report: DeliveryReport, condition: str, value: object) -> int:
    """How many accepted rows fulfil a condition with one parameter."""
    query = f"SELECT count(*) FROM read_parquet(?) WHERE {condition}"
    return int(con.execute(query, [str(report.accepted_path), value]).fetchall()[0][0])
