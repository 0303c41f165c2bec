"""Receiving a delivery, the one road for uploads, watched folders and pulls.

Spool and digest → the same as before? → check and store the files → the row, its audit entry and the order to announce
changed households, in one transaction. Files are durable before the row that names them; refused or broken off, a
delivery leaves nothing in the database, and its raw bytes are removed in any case.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.intake.changes import TOPIC, find_changes, stream_id
from services.typing.intake.checking import Checked, check
from services.typing.intake.declaration import Declaration
from services.typing.intake.delivered import REGISTRATION
from services.typing.intake.desk import Desk
from services.typing.models.deliveries import Delivery
from services.typing.repository import deliveries as stored
from services.typing.repository.runs import next_revision
from shared.feeds.intake.refusals import DeliveryRefused, digest_differs, refusing_full_disk, rows_differ
from shared.feeds.intake.spool import Spooled, spool
from shared.messaging.bulk import BulkStream
from shared.messaging.crash import crash_point
from shared.service import audit, clock
from shared.service.database import Database
from shared.service.departments import check_owner
from shared.service.identity import Caller, Role, within

log = structlog.get_logger()


@dataclass(frozen=True)
class Receipt:
    """The delivery, and whether it is new; the same bytes with the same declaration count once."""

    delivery: Delivery
    new: bool


async def receive(
    session: AsyncSession, caller: Caller, desk: Desk, declared: Declaration, body: AsyncIterator[bytes]
) -> Receipt:
    """Takes a delivery in. The session's transaction begins only after the body has arrived. An officer may deliver
    what another department has handed over on paper.

    Errors: Problem 403 outside the caller's region, or for another department's feed; DeliveryRefused with the reason,
    to be recorded by the caller with ``record_refusal`` in a transaction of its own.
    """
    within(caller, declared.region)
    if Role.OFFICER not in caller.roles:
        check_owner(caller, declared.feed)
    with refusing_full_disk(declared.feed, declared.region), desk.store.workspace() as workspace:
        return await _receive(session, caller, desk, declared, body, workspace)


async def deliver(
    database: Database, caller: Caller, desk: Desk, declared: Declaration, body: AsyncIterator[bytes]
) -> Receipt:
    """``receive`` in a transaction of its own, for ways in that are no request; a refusal is recorded, then raised."""
    try:
        async with database.transaction() as session:
            return await receive(session, caller, desk, declared, body)
    except DeliveryRefused as refusal:
        async with database.transaction() as session:
            await record_refusal(session, caller, declared, refusal)
        raise


async def sweep_files(session: AsyncSession, desk: Desk) -> int:
    """Removes stored files that no delivery names, a day after they came; how many. A worker calls it now and then."""
    return await anyio.to_thread.run_sync(desk.store.sweep, await stored.files_named(session))


async def record_refusal(
    session: AsyncSession, caller: Caller, declared: Declaration, refusal: DeliveryRefused
) -> None:
    """The audit entry of a refused delivery; nothing else of it is kept."""
    log.info("delivery_refused", feed=declared.feed, region=declared.region, reason=refusal.slug)
    await audit.record(
        session,
        actor=caller.subject,
        action="delivery:refuse",
        subject=f"{declared.feed}/{declared.sha256}",
        region=declared.region,
        details={**declaration_details(declared), "reason": refusal.slug, "detail": refusal.detail},
    )


async def _receive(
    session: AsyncSession,
    caller: Caller,
    desk: Desk,
    declared: Declaration,
    body: AsyncIterator[bytes],
    workspace: Path,
) -> Receipt:
    raw = workspace / f"{declared.feed}{declared.suffix}"
    spooled = await spool(body, raw, desk.largest)
    crash_point("delivery.spooled")
    if spooled.sha256 != declared.sha256:
        raise digest_differs()
    async with desk.checks:
        if known := await stored.same(session, declared):
            return known_already(known, declared)
        checked = await anyio.to_thread.run_sync(check, desk.bench, raw, declared, clock.today(), workspace)
    crash_point("delivery.stored")
    row = as_row(caller, declared, spooled, checked)
    if declared.feed == REGISTRATION:
        await compare_with_known(session, desk, row, workspace)
    delivery = await stored.add(session, row)
    if delivery is None:
        return known_already(await stored.same_now(session, declared), declared)
    await record_acceptance(session, caller, declared, delivery)
    return Receipt(delivery, new=True)


def known_already(delivery: Delivery, declared: Declaration) -> Receipt:
    """The receipt for bytes that came before; refused if this time another number of rows is declared."""
    if delivery.rows != declared.rows:
        raise rows_differ(declared.rows, delivery.rows)
    return Receipt(delivery, new=False)


def as_row(caller: Caller, declared: Declaration, spooled: Spooled, checked: Checked) -> Delivery:
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


async def compare_with_known(session: AsyncSession, desk: Desk, row: Delivery, workspace: Path) -> None:
    """What a registration delivery changes, on its row; later ones wait until this transaction has ended."""
    await stored.lock_registration(session)
    before = [desk.delivered(known) for known in await stored.registrations(session)]
    accepted = desk.store.path(row.accepted_file)
    changes = await anyio.to_thread.run_sync(
        find_changes, desk.bench, before, accepted, row.region, workspace, limiter=desk.checks
    )
    row.moved_in, row.changed, row.changes_file = changes.moved_in, changes.changed, changes.file
    if changes.changed:
        row.revision = await next_revision(session)


async def record_acceptance(session: AsyncSession, caller: Caller, declared: Declaration, delivery: Delivery) -> None:
    """The audit entry, and the order to stream HouseholdChanged for the households that changed."""
    log.info(
        "delivery_accepted", delivery=str(delivery.id), feed=delivery.feed, region=delivery.region, rows=delivery.rows
    )
    if delivery.changed:
        await BulkStream.register(session, stream_id(delivery.id), TOPIC, delivery.changed)
    counts = {name: getattr(delivery, name) for name in ("accepted", "rejected", "flagged", "moved_in", "changed")}
    await audit.record(
        session,
        actor=caller.subject,
        action="delivery:accept",
        subject=str(delivery.id),
        region=delivery.region,
        details={**declaration_details(declared), **counts, "accepted_file": delivery.accepted_file},
    )


def declaration_details(declared: Declaration) -> dict[str, object]:
    """What was declared, as the audit keeps it."""
    names = ("feed", "bureau", "year", "mode", "rows", "sha256", "channel")
    return {name: getattr(declared, name) for name in names}
