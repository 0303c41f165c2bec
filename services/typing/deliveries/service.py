"""Receiving a delivery: one use case for uploads, watched folders and pulls.

Spool and digest → is it a duplicate? → validate and store the files → the row, its audit entry and the order to
announce changed households, in one transaction. Files are durable before the row that names them. A refused or
interrupted delivery leaves nothing in the database, and its raw bytes are removed in any case.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER, HOUSEHOLD_CHANGED_STREAM
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.changed_households import find_changes
from services.typing.deliveries.domain import REGISTRATION
from services.typing.deliveries.intake import TypingDeclaration, TypingIntake, ValidatedDelivery, validate_delivery
from services.typing.deliveries.models import Delivery
from shared import clock
from shared.database.connections import Database
from shared.feeds.intake.refusals import DeliveryRefused, digest_differs, full_disk_refused, rows_differ
from shared.feeds.intake.store import Spooled, spool
from shared.platform import audit
from shared.platform.department_scope import require_feed_owner
from shared.platform.identity import Caller, Role, require_region
from shared.worker.failpoints import failpoint

log = structlog.get_logger()


@dataclass(frozen=True)
class Receipt:
    """The delivery, and whether it is new; the same bytes with the same declaration count once."""

    delivery: Delivery
    new: bool


async def receive_delivery(
    session: AsyncSession, caller: Caller, intake: TypingIntake, declared: TypingDeclaration, body: AsyncIterator[bytes]
) -> Receipt:
    """Takes a delivery in. The session's transaction begins only after the body has arrived. An officer may deliver
    what another department has handed over on paper.

    Errors: Forbidden outside the caller's region, or for another department's feed; DeliveryRefused with the reason,
    to be recorded by the caller with ``record_refusal`` in a transaction of its own.
    """
    require_region(caller, declared.region)
    if Role.OFFICER not in caller.roles:
        require_feed_owner(caller, declared.feed)
    with full_disk_refused(declared.feed, declared.region), intake.store.workspace() as workspace:
        return await _receive_into(session, caller, intake, declared, body, workspace)


async def deliver_in_transaction(
    database: Database, caller: Caller, intake: TypingIntake, declared: TypingDeclaration, body: AsyncIterator[bytes]
) -> Receipt:
    """``receive`` in a transaction of its own, for ways in that are no request; a refusal is recorded, then raised."""
    try:
        async with database.transaction() as session:
            return await receive_delivery(session, caller, intake, declared, body)
    except DeliveryRefused as refusal:
        async with database.transaction() as session:
            await record_refusal(session, caller, declared, refusal)
        raise


async def record_refusal(
    session: AsyncSession, caller: Caller, declared: TypingDeclaration, refusal: DeliveryRefused
) -> None:
    """The audit entry of a refused delivery; nothing else of it is kept."""
    log.info("delivery_refused", feed=declared.feed, region=declared.region, reason=refusal.slug)
    await audit.record(
        session,
        audit.about(f"{declared.feed}/{declared.sha256}", declared.region),
        caller,
        "delivery:refuse",
        {**declaration_details(declared), "reason": refusal.slug, "detail": refusal.detail},
    )


async def _receive_into(
    session: AsyncSession,
    caller: Caller,
    intake: TypingIntake,
    declared: TypingDeclaration,
    body: AsyncIterator[bytes],
    workspace: Path,
) -> Receipt:
    raw = workspace / f"{declared.feed}{declared.suffix}"
    spooled = await spool(body, raw, intake.largest)
    failpoint("delivery.spooled")
    if spooled.sha256 != declared.sha256:
        raise digest_differs()
    async with intake.checks:
        if earlier := await deliveries_repository.find_same_delivery(session, declared):
            return duplicate_receipt(earlier, declared)
        checked = await anyio.to_thread.run_sync(
            validate_delivery, intake.bench, raw, declared, clock.today(), workspace
        )
    failpoint("delivery.stored")
    row = delivery_row(caller, declared, spooled, checked)
    if declared.feed == REGISTRATION:
        await record_household_changes(session, intake, row, workspace)
    delivery = await deliveries_repository.add_delivery(session, row)
    if delivery is None:
        return duplicate_receipt(await deliveries_repository.get_same_delivery(session, declared), declared)
    await record_acceptance(session, caller, declared, delivery)
    return Receipt(delivery, new=True)


def duplicate_receipt(delivery: Delivery, declared: TypingDeclaration) -> Receipt:
    """The receipt for bytes that came before; refused if this time another number of rows is declared."""
    if delivery.rows != declared.rows:
        raise rows_differ(declared.rows, delivery.rows)
    return Receipt(delivery, new=False)


def delivery_row(caller: Caller, declared: TypingDeclaration, spooled: Spooled, checked: ValidatedDelivery) -> Delivery:
    """The row of a checked delivery."""
    report = checked.report
    return Delivery(
        feed=declared.feed,
        bureau=declared.bureau,
        region=declared.region,
        year=declared.year,
        mode=declared.mode,
        channel=declared.channel,
        format=declared.suffix.removeprefix("."),
        bytes=spooled.size,
        sha256=spooled.sha256,
        rows=report.rows,
        accepted=report.accepted,
        rejected=report.rejected,
        flagged=report.flagged,
        warnings=list(report.warnings),
        accepted_file=checked.accepted_file,
        rejects_file=checked.rejects_file,
        rejected_keys_file=checked.rejected_keys_file,
        received_by=caller.subject,
        received_on=clock.today(),
        received_at=clock.now(),
    )


async def record_household_changes(session: AsyncSession, intake: TypingIntake, row: Delivery, workspace: Path) -> None:
    """What a registration delivery changes, on its row; later ones wait until this transaction has ended."""
    await deliveries_repository.lock_registration(session)
    before = [intake.delivered(delivery) for delivery in await deliveries_repository.registration_deliveries(session)]
    accepted = intake.store.path(row.accepted_file)
    changes = await anyio.to_thread.run_sync(
        find_changes, intake.bench, before, accepted, row.region, workspace, limiter=intake.checks
    )
    row.moved_in, row.changed, row.changes_file = changes.moved_in, changes.changed, changes.file
    if changes.changed:
        row.revision = await ANNOUNCER.next_revision(session)


async def record_acceptance(
    session: AsyncSession, caller: Caller, declared: TypingDeclaration, delivery: Delivery
) -> None:
    """The audit entry, and the order to stream HouseholdChanged for the households that changed."""
    log.info(
        "delivery_accepted", delivery=str(delivery.id), feed=delivery.feed, region=delivery.region, rows=delivery.rows
    )
    if delivery.changed:
        await HOUSEHOLD_CHANGED_STREAM.register(session, delivery.id, delivery.changed)
    counts = {name: getattr(delivery, name) for name in ("accepted", "rejected", "flagged", "moved_in", "changed")}
    await audit.record(
        session,
        audit.about(delivery.id, delivery.region),
        caller,
        "delivery:accept",
        {**declaration_details(declared), **counts, "accepted_file": delivery.accepted_file},
    )


def declaration_details(declared: TypingDeclaration) -> dict[str, object]:
    """The declaration as details of the audit entry."""
    names = ("feed", "bureau", "year", "mode", "rows", "sha256", "channel")
    return {name: getattr(declared, name) for name in names}
