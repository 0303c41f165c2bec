"""SQL of the versions of rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.rules.domain import VersionState
from services.notification.rules.models import RuleVersion

PUBLISHED = RuleVersion.state == VersionState.PUBLISHED
IN_FORCE = select(RuleVersion.id, RuleVersion.name, RuleVersion.scope, RuleVersion.content_hash).where(PUBLISHED)


async def in_force(session: AsyncSession) -> Sequence[Row[*tuple[Any, ...]]]:
    """Ids, names, scopes and hashes of all that are in force."""
    return (await session.execute(IN_FORCE)).all()


async def by_id(session: AsyncSession, ids: Sequence[object]) -> Sequence[RuleVersion]:
    """Some versions."""
    return (await session.execute(select(RuleVersion).where(RuleVersion.id.in_(ids)))).scalars().all()


async def shipped_hashes(session: AsyncSession, by: str) -> set[tuple[str, str]]:
    """Names and hashes of all that were shipped, ever."""
    query = select(RuleVersion.name, RuleVersion.content_hash).where(RuleVersion.drafted_by == by)
    return {(name, content) for name, content in (await session.execute(query)).all()}


async def last_number(session: AsyncSession, name: str) -> int:
    """The highest number of a rule's versions; 0 where there is none."""
    query = select(func.max(RuleVersion.version)).where(RuleVersion.name == name)
    return (await session.execute(query)).scalar_one() or 0


async def newest_shipped(session: AsyncSession, by: str, name: str | None = None) -> Mapping[str, int]:
    """The highest number that was shipped of each rule, or of one."""
    query = select(RuleVersion.name, func.max(RuleVersion.version)).where(RuleVersion.drafted_by == by)
    query = query.group_by(RuleVersion.name)
    rows = await session.execute(query if name is None else query.where(RuleVersion.name == name))
    return {row[0]: row[1] for row in rows}


async def own_in_force(session: AsyncSession, scope: str, shipped_by: str) -> Mapping[str, int | None]:
    """The rules that apply in a province by a version of officers; what each goes back to. A province's own counts
    before the one for all.
    """
    query = select(RuleVersion.name, RuleVersion.drafted_by, RuleVersion.derived_from).where(PUBLISHED)
    rows = await session.execute(query.where(RuleVersion.scope.in_({"", scope})).order_by(RuleVersion.scope))
    last = {row.name: row for row in rows}
    return {name: row.derived_from for name, row in last.items() if row.drafted_by != shipped_by}


async def published(session: AsyncSession, name: str, scope: str) -> RuleVersion | None:
    """The one in force for exactly this scope."""
    query = select(RuleVersion).where(RuleVersion.name == name, RuleVersion.scope == scope, PUBLISHED)
    return (await session.execute(query)).scalar_one_or_none()


async def ever_published(session: AsyncSession, name: str) -> Mapping[str, Any] | None:
    """The content of a version that was in force last, anywhere."""
    query = select(RuleVersion.content).where(RuleVersion.name == name, RuleVersion.state != VersionState.DRAFT)
    return (await session.execute(query.order_by(RuleVersion.published_at.desc()).limit(1))).scalar_one_or_none()


async def supersede(session: AsyncSession, name: str, scope: str) -> None:
    """The one in force is not any longer."""
    changed = update(RuleVersion).where(RuleVersion.name == name, RuleVersion.scope == scope, PUBLISHED)
    await session.execute(changed.values(state=VersionState.SUPERSEDED))


async def get(session: AsyncSession, name: str, version: int, scope: str, *, lock: bool = False) -> RuleVersion | None:
    """One version that a province may see: its own and the ones for all."""
    query = select(RuleVersion).where(RuleVersion.name == name, RuleVersion.version == version, seen_from(scope))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def list_versions(
    session: AsyncSession, name: str, scope: str, after: int | None, limit: int
) -> Sequence[RuleVersion]:
    """All versions of a rule that a province may see, the oldest first."""
    query = select(RuleVersion).where(RuleVersion.name == name, seen_from(scope), RuleVersion.version > (after or 0))
    return (await session.execute(query.order_by(RuleVersion.version).limit(limit))).scalars().all()


async def list_drafts(
    session: AsyncSession, scope: str, after: tuple[str, int] | None, limit: int
) -> Sequence[RuleVersion]:
    """Drafts that a province may see."""
    query = select(RuleVersion).where(RuleVersion.state == VersionState.DRAFT, seen_from(scope))
    if after is not None:
        query = query.where(tuple_(RuleVersion.name, RuleVersion.version) > after)
    return (await session.execute(query.order_by(RuleVersion.name, RuleVersion.version).limit(limit))).scalars().all()


def seen_from(scope: str) -> Any:  # noqa: ANN401 - a condition
    """Of the whole country everything is seen, of a province its own and what is for all."""
    return or_(RuleVersion.scope == scope, RuleVersion.scope == "") if scope else RuleVersion.scope.is_not(None)
