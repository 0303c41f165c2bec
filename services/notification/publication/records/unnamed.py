"""Records that came without the household's name: no system is sent a record without one."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import exists, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.records.domain import RecordDraft, Urgency
from services.notification.publication.records.models import PublicationRecord, PublicationUnnamed as Unnamed
from services.notification.publication.registers.models import PublicationHousehold
from shared import clock


def is_unnamed(draft: RecordDraft) -> bool:
    """Whether the draft is about a household whose name the event did not give."""
    return draft.uscc is not None and "name" in draft.content and draft.content["name"] is None and not draft.removed


async def keep_unnamed(session: AsyncSession, drafts: Iterable[RecordDraft]) -> set[str]:
    """Keeps the latest of each record that has no name; whose they are. The caller holds the lock on the copies."""
    latest = {(one.kind, one.key): one for one in sorted(drafts, key=lambda one: one.revision or 0)}
    if not latest:
        return set()
    values = [
        {
            "kind": one.kind,
            "key": one.key,
            "uscc": one.uscc,
            "region": one.region,
            "revision": one.revision or 0,
            "first_urgency": int(one.first_urgency),
            "content": dict(one.content),
            "held_at": clock.now(),
        }
        for one in latest.values()
    ]
    statement = insert(Unnamed).values(values)
    newer = {name: statement.excluded[name] for name in ("uscc", "region", "revision", "content")}
    later = Unnamed.revision < statement.excluded.revision
    await session.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=newer, where=later))
    return {one.uscc for one in latest.values() if one.uscc is not None}


async def named_drafts(session: AsyncSession, codes: Collection[str]) -> list[RecordDraft]:
    """What came without a name, of those of these households that have one now."""
    household = PublicationHousehold
    query = select(Unnamed, household.name).join(household, household.uscc == Unnamed.uscc)
    rows = await session.execute(query.where(Unnamed.uscc.in_(codes)))
    return [
        RecordDraft(
            kind=one.kind,
            key=one.key,
            uscc=one.uscc,
            region=one.region,
            revision=one.revision,
            content=one.content | {"name": name},
            first_urgency=Urgency(one.first_urgency),
        )
        for one, name in rows
    ]


async def list_unnamed(
    session: AsyncSession, scope: str, after: tuple[str, str, str] | None, limit: int
) -> Sequence[Unnamed]:
    """What is held back in a region, by region, kind and key: no name is known, and nothing later was said."""
    known = exists().where(PublicationHousehold.uscc == Unnamed.uscc)
    same = (PublicationRecord.kind == Unnamed.kind) & (PublicationRecord.key == Unnamed.key)
    overtaken = exists().where(same, PublicationRecord.revision >= Unnamed.revision)
    place = tuple_(Unnamed.region, Unnamed.kind, Unnamed.key)
    query = select(Unnamed).where(Unnamed.region.startswith(scope, autoescape=True), ~known, ~overtaken)
    if after is not None:
        query = query.where(place > after)
    return (await session.scalars(query.order_by(Unnamed.region, Unnamed.kind, Unnamed.key).limit(limit))).all()
