"""What is to stand in the systems, told in bulk: records whose content did not change stay as they are."""

from collections.abc import Iterable, Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.records import repository
from services.notification.publication.records.contents import by_household, drafts_of, recognition_draft
from services.notification.publication.records.domain import RecordDraft, Urgency
from services.notification.publication.records.unnamed import named_drafts
from services.notification.publication.registers import repository as registers
from services.notification.publication.systems import KINDS_OF, Kind, System
from shared import clock
from shared.database.connections import Database

log = structlog.get_logger()


async def want(session: AsyncSession, drafts: Iterable[RecordDraft]) -> int:
    """Records are to be as the drafts say; of several drafts for one the last of the highest revision counts.

    A record that changes grows by a version, and its rows wait, of all systems that hold its kind; a row that is in a
    batch waits when the batch is over. A system whose region a record leaves is to take it back.
    """
    chosen: dict[tuple[Kind, str], RecordDraft] = {}
    for one in drafts:
        before = chosen.get((one.kind, one.key))
        if before is None or (one.revision or 0) >= (before.revision or 0):
            chosen[one.kind, one.key] = one
    if not chosen:
        return 0
    return await repository.want(session, list(chosen.values()), clock.now())


async def want_again(session: AsyncSession, system: System, keys: Sequence[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """A system is to be sent these records again, as they are now: what it refused, or what it lost. Returns those that
    were in no batch and did not wait already. The caller audits who asked for it, and why.
    """
    return await repository.want_again(session, system, keys, Urgency.URGENT, clock.now())


async def want_households(session: AsyncSession, corrected: dict[str, bool], urgency: Urgency) -> int:
    """Whatever follows from what is known of these households now. `corrected`: which are urgent, since their type
    is another one of the run that is published already, or they have moved.
    """
    households = await registers.households(session, corrected)
    recognitions = by_household(await registers.recognitions_of(session, corrected))
    drafts = [draft for one in households for draft in drafts_of(one, recognitions.get(one.uscc, ()), urgency)]
    for uscc in recognitions.keys() - {one.uscc for one in households}:  # typing has not told of the household yet
        drafts += [recognition_draft(one, None) for one in recognitions[uscc]]
    drafts += await named_drafts(session, corrected)
    return await want(session, drafts)


async def fit_rows(database: Database, system: System, scope: str) -> None:
    """A system is sent the records of a region from now on; where that was another one, its rows are made those of this
    one, page by page. Broken off, it begins again with the next call. Before anything is sent to the system.
    """
    async with database.transaction() as session:
        if not await repository.set_scope(session, system, scope, clock.now()):
            return
    log.info("publication_region", system=system.value, region=scope)
    for kind in sorted(KINDS_OF[system]):
        after: str | None = ""
        while after is not None:
            async with database.transaction() as session:
                after = await repository.fit_page(session, system, scope, kind, after, clock.now())
    async with database.transaction() as session:
        await repository.note_fitted(session, system, scope, clock.now())
