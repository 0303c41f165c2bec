"""What is to stand in the systems, told in bulk: records whose content did not change stay as they are."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.records import repository
from services.notification.publication.records.contents import by_household, drafts_of, recognition_draft
from services.notification.publication.records.domain import RecordDraft, Urgency
from services.notification.publication.registers import repository as registers
from services.notification.publication.systems import KINDS_OF, Kind, System
from shared import clock

ScopeOf = Callable[[System], str]
"""The region whose records a system is sent; empty: all."""


def everywhere(_system: System) -> str:
    """Every system is sent the records of all regions."""
    return ""


async def want(session: AsyncSession, drafts: Iterable[RecordDraft], scope_of: ScopeOf = everywhere) -> int:
    """Records are to be as the drafts say; of several drafts for one the last of the highest revision counts.

    A record that changes grows by a version, and its rows wait, of all systems that hold its kind; a row that is in a
    batch waits when the batch is over. A system whose scope a record leaves is told of it all the same.
    """
    chosen: dict[tuple[Kind, str], RecordDraft] = {}
    for one in drafts:
        before = chosen.get((one.kind, one.key))
        if before is None or (one.revision or 0) >= (before.revision or 0):
            chosen[one.kind, one.key] = one
    if not chosen:
        return 0
    kinds = {kind for kind, _ in chosen}
    systems = [(one, kind, scope_of(one)) for one, held in KINDS_OF.items() for kind in sorted(held & kinds)]
    return await repository.want(session, list(chosen.values()), systems, clock.now())


async def want_again(session: AsyncSession, system: System, keys: Sequence[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """A system is to be sent these records again, as they are now: what it refused, or what it lost. Returns those that
    were in no batch and did not wait already. The caller audits who asked for it, and why.
    """
    return await repository.want_again(session, system, keys, Urgency.URGENT, clock.now())


async def want_households(
    session: AsyncSession, corrected: dict[str, bool], urgency: Urgency, scope_of: ScopeOf = everywhere
) -> int:
    """Whatever follows from what is known of these households now. `corrected`: which types are another one of the run
    that is published already, and so urgent.
    """
    households = await registers.households(session, corrected)
    recognitions = by_household(await registers.recognitions_of(session, corrected))
    drafts = [draft for one in households for draft in drafts_of(one, recognitions.get(one.uscc, ()), urgency)]
    for uscc in recognitions.keys() - {one.uscc for one in households}:  # typing has not told of the household yet
        drafts += [recognition_draft(one, None) for one in recognitions[uscc]]
    return await want(session, drafts, scope_of)
