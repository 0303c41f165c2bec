"""What officers have sent again, and the published runs: their types must be in the national directory in time, and the
standard that they rest on in both directories.
"""

import uuid
from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.sending import stuck_after
from services.notification.publication.batches.service import give_up, lock_open
from services.notification.publication.oversight import repository
from services.notification.publication.oversight.problems import BatchNotFound, NotOverdue, NotRejected, RowNotFound
from services.notification.publication.records.domain import RowState
from services.notification.publication.records.models import PublicationRow
from services.notification.publication.records.service import want, want_again
from services.notification.publication.records.standards import standard_draft
from services.notification.publication.registers.domain import TYPE_LABELS
from services.notification.publication.systems import Kind, System
from services.notification.settings import NotificationSettings
from shared import clock
from shared.contracts.typing import TypingRunPublished
from shared.database.row_scope import beyond_region
from shared.law.reader.loading import shipped_policies
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.etag import check_match
from shared.platform.identity import Caller
from shared.platform.lookups import or_404

log = structlog.get_logger()

RowKey = tuple[Kind, str]


async def note_runs(session: AsyncSession, events: Sequence[Event]) -> None:
    """Runs were published. The first one of a region and year must be in the national directory by the cut-off."""
    for event in sorted(events, key=lambda one: one.time):
        run = event.payload(TypingRunPublished)
        published = [number for counts in run.counts.values() for kind, number in counts.items() if kind in TYPE_LABELS]
        values = {"region": run.region, "year": run.year, "run": run.run, "policy": run.policy}
        values |= {"households": sum(published), "published_at": event.time}
        await repository.keep_run(session, values)


async def publish_standard(session: AsyncSession, region: str, year: int, policy: str, words: str | None) -> None:
    """The standard of a published run is to stand in the directories. Where this release has no such policy, or another
    text under its name, that is noted for officers: nothing is published that the run was not typed by.
    """
    own = next((one for one in shipped_policies() if one.id == policy), None)
    if own is None or words not in (None, own.words_digest):
        log.warning("standard_not_published", policy=policy, region=region)
        await repository.note_standard(session, region, year, policy, words)
        return
    await want(session, [standard_draft(region, year, own)])
    await repository.note_standard(session, region, year, None, None)


async def publish_missing_standards(session: AsyncSession) -> None:
    """After an upgrade this release may have what an earlier one lacked."""
    known = {one.id: one.words_digest for one in shipped_policies()}
    for run in await repository.missing_standards(session, ""):
        policy = run.missing_standard or ""
        if policy in known and run.missing_words in (None, known[policy]):
            await publish_standard(session, run.region, run.year, policy, run.missing_words)


async def send_again(
    session: AsyncSession, caller: Caller, system: System, key: RowKey, match: str, reason: str
) -> None:
    """One rejected record is sent again, as it is now. The officer names the version that they have looked at."""
    rows = await repository.lock_rejected(session, caller.region, system, [key])
    row = or_404(rows[0] if rows else None, RowNotFound)
    check_match(match, row.wanted_version)
    if row.state is not RowState.REJECTED:
        raise NotRejected
    await _send_again(session, caller, system, [row], reason)


async def send_all_again(
    session: AsyncSession, caller: Caller, system: System, keys: Sequence[RowKey], reason: str
) -> list[RowKey]:
    """Of these records, those that are rejected and in the caller's region are sent again. Returns which."""
    rows = await repository.lock_rejected(session, caller.region, system, keys)
    rejected = [row for row in rows if row.state is RowState.REJECTED]
    await _send_again(session, caller, system, rejected, reason)
    return [(row.kind, row.key) for row in rejected]


async def give_up_batch(
    session: AsyncSession, settings: NotificationSettings, caller: Caller, batch_id: uuid.UUID, reason: str
) -> PublicationBatch:
    """An officer ends a batch of which the system does not say what became. Its records are refused, by us and not by
    the system, and sent again by hand or with their next version. Errors: BatchNotFound, NotOverdue.
    """
    found = or_404(await repository.get_batch(session, batch_id, caller.region), BatchNotFound)
    if not all(caller.covers(province) for province in found.provinces):
        raise BatchNotFound
    batch = await lock_open(session, batch_id)
    if batch is None or batch.sent_at is None or batch.sent_at > clock.now() - stuck_after(settings):
        raise NotOverdue
    about = audit.about(batch.id, caller.region, system=batch.system.value, number=batch.number)
    details = {"reason": reason, "records": batch.records, "ticket": batch.ticket, "trouble": batch.trouble}
    await audit.record(session, about, caller, "publication:give-up", details)
    async with beyond_region(session):  # a record may have moved since it was taken into the batch
        await give_up(session, batch)
    return batch


async def _send_again(
    session: AsyncSession, caller: Caller, system: System, rows: Sequence[PublicationRow], reason: str
) -> None:
    """An entry for each, with what the system had said: the row forgets it."""
    for row in rows:
        about = audit.about(f"{system}/{row.kind}/{row.key}", row.region)
        details = {"reason": reason, "code": row.code, "version": row.wanted_version}
        await audit.record(session, about, caller, "publication:resend", details)
    if rows:
        await want_again(session, system, [(row.kind, row.key) for row in rows])
