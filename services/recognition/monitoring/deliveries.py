"""A delivery of penalties or dishonest debtors: received, validated row by row, merged into its register.

All in one transaction, together with judging the affected households again. Applications that may be affected are
locked before the merge. A decision holds the same lock: it sees the new rows, or its recognition is judged again.
"""

import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
import duckdb
import pyarrow.parquet as pq
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.monitoring import repository as monitoring_repository
from services.recognition.monitoring.repository import REGISTERS, RegisterFeed, RegisterMerge
from services.recognition.monitoring.service import reassess
from services.recognition.registers.models import RegisterDelivery
from shared import clock
from shared.feeds.intake import declaration
from shared.feeds.intake.context import FileChecker, IntakeContext
from shared.feeds.intake.refusals import DeliveryRefused, digest_differs, full_disk_refused, rows_differ
from shared.feeds.intake.store import spool
from shared.feeds.validation.delivery import DeliveryReport
from shared.platform import audit
from shared.platform.department_scope import require_feed_owner
from shared.platform.identity import Caller, require_region

ROWS_PER_BATCH = 20_000
KNOWN_HOUSEHOLDS_TABLE = "known_household"


class RegisterDeclaration(declaration.Declaration):
    """A delivery of a register, as declared."""

    service = "认定服务"
    taken = tuple(feed.value for feed in RegisterFeed)


def check_file(
    bench: FileChecker, raw: Path, declared: RegisterDeclaration, workspace: Path, known: Sequence[str] | None = None
) -> DeliveryReport:
    """Check the file; with `known`, rows of other households are rejected."""
    out = workspace / ("checked" if known is None else "checked-with-households")
    with bench.connect(workspace) as con:
        if known is not None:
            create_known_households(con, known)
        return bench.check(con, raw, declared, clock.today(), out, None if known is None else KNOWN_HOUSEHOLDS_TABLE)


def create_known_households(con: duckdb.DuckDBPyConnection, known: Sequence[str]) -> None:
    """The known households as a table."""
    con.execute(
        f"CREATE TABLE {KNOWN_HOUSEHOLDS_TABLE} AS SELECT unnest($codes::VARCHAR[]) AS uscc", {"codes": list(known)}
    )


def household_codes(*files: Path) -> list[str]:
    """The distinct household codes in checked files."""
    found: set[str] = set()
    for file in files:
        found.update(code for code in pq.read_table(file, columns=["uscc"]).column("uscc").to_pylist() if code)
    return sorted(found)


async def accepted_rows(file: Path, columns: Sequence[str]) -> AsyncIterator[list[tuple[Any, ...]]]:
    """The accepted rows, a batch at a time, with these columns."""
    with pq.ParquetFile(file) as accepted:
        batches = accepted.iter_batches(ROWS_PER_BATCH, columns=list(columns))
        while (batch := await anyio.to_thread.run_sync(next, batches, None)) is not None:
            yield list(zip(*(batch.column(name).to_pylist() for name in columns), strict=True))


log = structlog.get_logger()


@dataclass(frozen=True)
class DeliveryReceipt:
    """The delivery, and whether it is new; the same bytes with the same declaration count once."""

    delivery: RegisterDelivery
    new: bool


async def receive_delivery(
    session: AsyncSession,
    caller: Caller,
    desk: IntakeContext,
    declared: RegisterDeclaration,
    body: AsyncIterator[bytes],
) -> DeliveryReceipt:
    """Receive a delivery. Errors: Forbidden outside the caller's region, or for another department's feed;
    DeliveryRefused with the reason.
    """
    require_region(caller, declared.region)
    require_feed_owner(caller, declared.feed)
    with full_disk_refused(declared.feed, declared.region), desk.store.workspace() as workspace:
        raw = workspace / f"{declared.feed}{declared.suffix}"
        spooled = await spool(body, raw, desk.largest)
        if spooled.sha256 != declared.sha256:
            raise digest_differs()
        async with desk.checks:
            if known := await monitoring_repository.find_same_delivery(session, declared):
                return receipt_of_known(known, declared)
            report = await validate_delivery(session, desk, raw, declared, workspace)
        return await accept_delivery(session, caller, desk, declared, report)


async def validate_delivery(
    session: AsyncSession, desk: IntakeContext, raw: Path, declared: RegisterDeclaration, workspace: Path
) -> DeliveryReport:
    """The file checked row by row; penalties also against the households that are known in the declared region."""
    first = await anyio.to_thread.run_sync(check_file, desk.bench, raw, declared, workspace)
    if declared.feed != RegisterFeed.PENALTY:
        return first
    codes = await anyio.to_thread.run_sync(household_codes, first.accepted_path, first.rejected_keys_path)
    known = await monitoring_repository.registered_codes(session, codes, declared.region)
    return await anyio.to_thread.run_sync(check_file, desk.bench, raw, declared, workspace, known)


async def accept_delivery(
    session: AsyncSession, caller: Caller, desk: IntakeContext, declared: RegisterDeclaration, report: DeliveryReport
) -> DeliveryReceipt:
    """Merge the rows into the register and judge the affected households again."""
    feed = RegisterFeed(declared.feed)
    await monitoring_repository.lock_feed(session, feed)
    if known := await monitoring_repository.find_same_delivery(session, declared):
        return receipt_of_known(known, declared)
    delivery = new_delivery(caller, desk, declared, report)
    unreadable = household_codes(report.rejected_keys_path) if feed is RegisterFeed.PENALTY else []
    merging = RegisterMerge(feed, declared.region, declared.mode == "full", delivery.id, unreadable)
    await monitoring_repository.stage_rows(
        session, feed, accepted_rows(report.accepted_path, list(REGISTERS[feed].columns))
    )
    await application_repository.lock_running(session, await monitoring_repository.concerned_codes(session, merging))
    changed = await monitoring_repository.merge_rows(session, merging)
    delivery.changed = len(changed)
    session.add(delivery)
    await session.flush()
    await reassess(session, changed, caller)
    await audit_acceptance(session, caller, declared, delivery)
    return DeliveryReceipt(delivery, new=True)


def receipt_of_known(delivery: RegisterDelivery, declared: RegisterDeclaration) -> DeliveryReceipt:
    """The receipt for bytes that were delivered before; refused if the declared number of rows differs."""
    if delivery.rows != declared.rows:
        raise rows_differ(declared.rows, delivery.rows)
    return DeliveryReceipt(delivery, new=False)


def new_delivery(
    caller: Caller, desk: IntakeContext, declared: RegisterDeclaration, report: DeliveryReport
) -> RegisterDelivery:
    """The row of a checked delivery; its rejects are stored durably before."""
    return RegisterDelivery(
        id=uuid.uuid4(),
        feed=declared.feed,
        bureau=declared.bureau,
        region=declared.region,
        mode=declared.mode,
        sha256=declared.sha256,
        rows=report.rows,
        accepted=report.accepted,
        rejected=report.rejected,
        flagged=report.flagged,
        warnings=list(report.warnings),
        rejects_file=desk.store.keep(report.rejects_path),
        delivered_by=caller.subject,
        delivered_at=clock.now(),
    )


async def audit_acceptance(
    session: AsyncSession, caller: Caller, declared: RegisterDeclaration, delivery: RegisterDelivery
) -> None:
    """The audit entry of an accepted delivery."""
    log.info("register_delivered", delivery=str(delivery.id), feed=delivery.feed, region=delivery.region)
    counts = {name: getattr(delivery, name) for name in ("accepted", "rejected", "flagged", "changed")}
    details = declaration_details(declared) | counts
    await _audit_delivery(session, caller, declared, "delivery:accept", str(delivery.id), details)


async def audit_refusal(
    session: AsyncSession, caller: Caller, declared: RegisterDeclaration, refusal: DeliveryRefused
) -> None:
    """The audit entry of a refused delivery; nothing else of it is kept."""
    log.info("register_refused", feed=declared.feed, region=declared.region, reason=refusal.slug)
    details = declaration_details(declared) | {"reason": refusal.slug, "detail": refusal.detail}
    await _audit_delivery(session, caller, declared, "delivery:refuse", f"{declared.feed}/{declared.sha256}", details)


def declaration_details(declared: RegisterDeclaration) -> dict[str, object]:
    """What was declared, as the audit keeps it."""
    return {name: getattr(declared, name) for name in ("feed", "bureau", "mode", "rows", "sha256")}


async def _audit_delivery(
    session: AsyncSession,
    caller: Caller,
    declared: RegisterDeclaration,
    action: str,
    subject: str,
    details: dict[str, object],
) -> None:
    await audit.record(session, audit.about(subject, declared.region), caller, action, details)
