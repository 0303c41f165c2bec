"""A delivery of a register (penalties, dishonest debtors, kinds of operators): received, validated row by row, merged.

All in one transaction, together with judging the affected households again. Applications that may be affected are
locked before the merge. A decision holds the same lock: it sees the new rows, or its recognition is judged again.
Records that a full delivery does not list bar people from recognition: where many would go, or a row could not be read,
they stay until an officer confirms.
"""

import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio.to_thread
import pyarrow.parquet as pq
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.monitoring import repository as monitoring_repository
from services.recognition.monitoring.repository import REGISTERS, RegisterFeed, RegisterMerge
from services.recognition.monitoring.service import reassess
from services.recognition.monitoring.waiting import dismiss_waiting, known_elsewhere, set_aside, waiting_rows
from services.recognition.registers.models import RegisterDelivery
from shared import clock
from shared.database.row_scope import beyond_region
from shared.feeds.intake.absence import unlisted_wait, waiting_warning
from shared.feeds.intake.context import FileChecker, IntakeContext
from shared.feeds.intake.declaration import Declaration
from shared.feeds.validation.delivery import DeliveryReport
from shared.platform.deliveries.coverage import Coverage
from shared.platform.deliveries.receiving import Arrived, Receiving
from shared.platform.deliveries.waiting import WaitingRows
from shared.platform.identity import Caller

ROWS_PER_BATCH = 20_000


class RegisterDeclaration(Declaration):
    """A delivery of a register, as declared."""

    service = "认定服务"
    taken = tuple(feed.value for feed in RegisterFeed)


def check_file(
    bench: FileChecker, raw: Path, declared: Declaration, workspace: Path, known: Sequence[str] | None = None
) -> DeliveryReport:
    """Check the file; with `known`, rows of other households are rejected."""
    out = workspace / ("checked" if known is None else "checked-with-households")
    return bench.check(raw, declared, clock.today(), out, known)


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


@dataclass(frozen=True)
class CheckedRegister:
    """What is in a file."""

    report: DeliveryReport


async def check(session: AsyncSession, arrived: Arrived) -> CheckedRegister:
    """The file checked row by row. What is said of a household of another region is rejected; a penalty of one that
    nobody knows yet waits for it, a kind of operator counts once it is known.
    """
    bench, declared, workspace = arrived.intake.bench, arrived.declared, arrived.workspace
    first = await anyio.to_thread.run_sync(check_file, bench, arrived.file, declared, workspace)
    if declared.feed == RegisterFeed.DEBTOR:
        return CheckedRegister(first)
    codes = await anyio.to_thread.run_sync(household_codes, first.accepted_path, first.rejected_keys_path)
    elsewhere = await known_elsewhere(session, codes, declared.region)
    if not elsewhere:
        return CheckedRegister(first)
    known = sorted(set(codes) - elsewhere)
    return CheckedRegister(await anyio.to_thread.run_sync(check_file, bench, arrived.file, declared, workspace, known))


async def count_in(session: AsyncSession, arrived: Arrived, checked: CheckedRegister) -> RegisterDelivery:
    """A delivered file of a feed, merged into its register."""
    declared, feed, report = arrived.declared, RegisterFeed(arrived.declared.feed), checked.report
    await monitoring_repository.lock_feed(session, feed)
    delivery = new_delivery(arrived, report)
    unreadable = household_codes(report.rejected_keys_path) if feed is not RegisterFeed.DEBTOR else []
    full = declared.mode == "full" and delivery.coverage is not Coverage.NOTHING
    merging = RegisterMerge(
        feed, declared.region, full, delivery.id, unreadable, delivery.department, delivery.delivered_at
    )
    await monitoring_repository.stage_rows(
        session, feed, accepted_rows(report.accepted_path, list(REGISTERS[feed].columns))
    )
    if feed is RegisterFeed.PENALTY:
        delivery.waiting = await set_aside(session, merging, delivery.delivered_at)
        delivery.warnings = [*delivery.warnings, *waiting_warning(delivery.waiting)]
    if full:
        merging = await leave_what_needs_a_word(session, arrived, delivery, merging)
    async with beyond_region(session):  # a debtor's shop, or a household that has moved, may be another county's
        if REGISTERS[feed].judged:
            concerned = await monitoring_repository.concerned_codes(session, merging)
            await application_repository.lock_running(session, concerned)
        changed = await monitoring_repository.merge_rows(session, merging)
        if delivery.coverage is Coverage.WAITING:
            await monitoring_repository.keep_listed(session, merging)
        delivery.changed = len(changed)
        session.add(delivery)
        await session.flush()
        if REGISTERS[feed].judged:
            await reassess(session, changed, arrived.caller)
    return delivery


async def leave_what_needs_a_word(
    session: AsyncSession, arrived: Arrived, delivery: RegisterDelivery, merging: RegisterMerge
) -> RegisterMerge:
    """The merge of a full delivery, which removes nothing where an officer must say so first."""
    unlisted, before = await monitoring_repository.count_unlisted(session, merging)
    rules = arrived.intake.absence
    if not rules.need_a_word(rows=delivery.rows, unlisted=unlisted, before=before, unreadable=delivery.unreadable):
        return merging
    delivery.coverage, delivery.unlisted = Coverage.WAITING, unlisted
    delivery.warnings = [*delivery.warnings, unlisted_wait(unlisted)]
    return replace(merging, full=False)


async def remove_unlisted(session: AsyncSession, delivery: RegisterDelivery, caller: Caller) -> int:
    """Remove what a merged delivery does not list, as an officer confirmed; how many households are affected."""
    feed = RegisterFeed(delivery.feed)
    await monitoring_repository.lock_feed(session, feed)
    merging = RegisterMerge(feed, delivery.region, True, delivery.id, [], delivery.department)
    if feed is RegisterFeed.PENALTY:
        await dismiss_waiting(session, delivery)
    async with beyond_region(session):  # as above
        if REGISTERS[feed].judged:
            leaving = await monitoring_repository.leaving_codes(session, merging)
            await application_repository.lock_running(session, leaving)
        changed = await monitoring_repository.dismiss_unlisted(session, merging)
        if REGISTERS[feed].judged:
            await reassess(session, changed, caller)
    return len(changed)


def new_delivery(arrived: Arrived, report: DeliveryReport) -> RegisterDelivery:
    """The row of a checked delivery."""
    return RegisterDelivery(
        **arrived.columns(report),
        id=uuid.uuid4(),
        department=arrived.caller.department,
        delivered_by=arrived.caller.subject,
        delivered_at=clock.now(),
    )


async def list_waiting(
    session: AsyncSession, _intake: IntakeContext, delivery: RegisterDelivery, limit: int
) -> WaitingRows:
    """The rows of a delivery that wait for their household; those of debtors are kept by person, and never wait."""
    return await waiting_rows(session, delivery, limit)


RECEIVING = Receiving(
    RegisterDelivery,
    RegisterDeclaration,
    check=check,
    count_in=count_in,
    remove_unlisted=remove_unlisted,
    waiting=list_waiting,
)
