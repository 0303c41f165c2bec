"""What officers have sent again, and the published runs whose types must be in the national directory in time."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.oversight import repository
from services.notification.publication.oversight.problems import NotRejected, RowNotFound
from services.notification.publication.records.domain import RowState
from services.notification.publication.records.models import PublicationRow
from services.notification.publication.records.service import want_again
from services.notification.publication.registers.domain import TYPE_LABELS
from services.notification.publication.systems import Kind, System
from shared.contracts.typing import TypingRunPublished
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.etag import check_match
from shared.platform.identity import Caller
from shared.platform.lookups import or_404

RowKey = tuple[Kind, str]


async def note_runs(session: AsyncSession, events: Sequence[Event]) -> None:
    """Runs were published. The first one of a region and year must be in the national directory by the cut-off."""
    for event in sorted(events, key=lambda one: one.time):
        run = event.payload(TypingRunPublished)
        published = [number for counts in run.counts.values() for kind, number in counts.items() if kind in TYPE_LABELS]
        values = {"region": run.region, "year": run.year, "run": run.run, "policy": run.policy}
        values |= {"households": sum(published), "published_at": event.time}
        await repository.keep_run(session, values)


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
