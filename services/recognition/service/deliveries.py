"""Receiving a delivery of penalties or dishonest debtors: spool and digest → the same as before? → check → the rows
into the register → those concerned judged again, all in one transaction.

The running applications that a delivery may be about are locked before its rows count. A decision holds the lock of its
application, too: it either sees the new rows, or its recognition is there to be judged again.
"""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.register_feeds import RegisterFeed
from services.recognition.models import RegisterDelivery
from services.recognition.repository import applications, register_rows
from services.recognition.repository import deliveries as stored
from services.recognition.repository.register_rows import REGISTERS, Merging
from services.recognition.service.intake import Declaration, check, codes_of, rows_of
from services.recognition.service.rechecking import recheck
from shared.feeds.delivery import DeliveryReport
from shared.feeds.intake.desk import Desk
from shared.feeds.intake.refusals import DeliveryRefused, digest_differs, refusing_full_disk, rows_differ
from shared.feeds.intake.spool import spool
from shared.service import audit, clock
from shared.service.departments import check_owner
from shared.service.identity import Caller, within

log = structlog.get_logger()


@dataclass(frozen=True)
class Receipt:
    """The delivery, and whether it is new; the same bytes with the same declaration count once."""

    delivery: RegisterDelivery
    new: bool


async def receive(
    session: AsyncSession, caller: Caller, desk: Desk, declared: Declaration, body: AsyncIterator[bytes]
) -> Receipt:
    """Take a delivery in. Errors: Problem 403 outside the caller's region, or for another department's feed;
    DeliveryRefused with the reason.
    """
    within(caller, declared.region)
    check_owner(caller, declared.feed)
    with refusing_full_disk(declared.feed, declared.region), desk.store.workspace() as workspace:
        raw = workspace / f"{declared.feed}{declared.suffix}"
        spooled = await spool(body, raw, desk.largest)
        if spooled.sha256 != declared.sha256:
            raise digest_differs()
        async with desk.checks:
            if known := await stored.same(session, declared):
                return known_already(known, declared)
            report = await checked(session, desk, raw, declared, workspace)
        return await count_in(session, caller, desk, declared, report)


async def checked(
    session: AsyncSession, desk: Desk, raw: Path, declared: Declaration, workspace: Path
) -> DeliveryReport:
    """The file checked row by row; penalties also against the households that are known in the declared region."""
    first = await anyio.to_thread.run_sync(check, desk.bench, raw, declared, workspace)
    if declared.feed != RegisterFeed.PENALTY:
        return first
    codes = await anyio.to_thread.run_sync(codes_of, first.accepted_path, first.rejected_keys_path)
    known = await register_rows.registered(session, codes, declared.region)
    return await anyio.to_thread.run_sync(check, desk.bench, raw, declared, workspace, known)


async def count_in(
    session: AsyncSession, caller: Caller, desk: Desk, declared: Declaration, report: DeliveryReport
) -> Receipt:
    """The rows become the register's, and whoever is concerned is judged again."""
    feed = RegisterFeed(declared.feed)
    await stored.wait_for_others(session, feed)
    if known := await stored.same(session, declared):
        return known_already(known, declared)
    delivery = as_row(caller, desk, declared, report)
    unreadable = codes_of(report.rejected_keys_path) if feed is RegisterFeed.PENALTY else []
    merging = Merging(feed, declared.region, declared.mode == "full", delivery.id, unreadable)
    await register_rows.lay_beside(session, feed, rows_of(report.accepted_path, list(REGISTERS[feed].columns)))
    await applications.running_of(session, await register_rows.concerned(session, merging))
    changed = await register_rows.merge(session, merging)
    delivery.changed = len(changed)
    session.add(delivery)
    await session.flush()
    await recheck(session, changed, caller)
    await record_acceptance(session, caller, declared, delivery)
    return Receipt(delivery, new=True)


def known_already(delivery: RegisterDelivery, declared: Declaration) -> Receipt:
    """The receipt for bytes that came before; refused if this time another number of rows is declared."""
    if delivery.rows != declared.rows:
        raise rows_differ(declared.rows, delivery.rows)
    return Receipt(delivery, new=False)


def as_row(caller: Caller, desk: Desk, declared: Declaration, report: DeliveryReport) -> RegisterDelivery:
    """The row of a checked delivery; its rejects are stored, durable before the row that names them."""
    return RegisterDelivery(
        id=uuid.uuid4(), feed=declared.feed, bureau=declared.bureau, region=declared.region, mode=declared.mode,
        sha256=declared.sha256, rows=report.rows, accepted=report.accepted, rejected=report.rejected,
        flagged=report.flagged, warnings=list(report.warnings), rejects_file=desk.store.keep(report.rejects_path),
        delivered_by=caller.subject, delivered_at=clock.now(),
    )  # fmt: skip


async def record_acceptance(
    session: AsyncSession, caller: Caller, declared: Declaration, delivery: RegisterDelivery
) -> None:
    """The audit entry of a delivery that counts."""
    log.info("register_delivered", delivery=str(delivery.id), feed=delivery.feed, region=delivery.region)
    counts = {name: getattr(delivery, name) for name in ("accepted", "rejected", "flagged", "changed")}
    details = declaration_details(declared) | counts
    await _audited(session, caller, declared, "delivery:accept", str(delivery.id), details)


async def record_refusal(
    session: AsyncSession, caller: Caller, declared: Declaration, refusal: DeliveryRefused
) -> None:
    """The audit entry of a refused delivery; nothing else of it is kept."""
    log.info("register_refused", feed=declared.feed, region=declared.region, reason=refusal.slug)
    details = declaration_details(declared) | {"reason": refusal.slug, "detail": refusal.detail}
    await _audited(session, caller, declared, "delivery:refuse", f"{declared.feed}/{declared.sha256}", details)


def declaration_details(declared: Declaration) -> dict[str, object]:
    """What was declared, as the audit keeps it."""
    return {name: getattr(declared, name) for name in ("feed", "bureau", "mode", "rows", "sha256")}


async def _audited(
    session: AsyncSession, caller: Caller, declared: Declaration, action: str, subject: str, details: dict[str, object]
) -> None:
    await audit.record(
        session, actor=caller.subject, action=action, subject=subject, region=declared.region, details=details
    )
