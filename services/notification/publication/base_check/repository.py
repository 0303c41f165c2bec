"""SQL of checks: a page of the base against our households between the same two codes, and lists of what was found."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.base_check.domain import (
    IN_BUSINESS,
    REGISTERED,
    SAME_STATUS,
    BaseDifferenceKind,
    CheckState,
)
from services.notification.publication.base_check.models import PublicationBaseCheck, PublicationBaseDifference
from services.notification.publication.peers.legal_person_base import RegisteredEntity
from shared import clock
from shared.platform.scope import COUNTY_DIGITS, in_region

Check, Difference = PublicationBaseCheck, PublicationBaseDifference
LAST = "Z"
"""Behind every code of a household, in any collation: none begins with it."""
SAME = ", ".join(f"('{ours}', '{theirs}')" for ours, theirs in SAME_STATUS)
FOLDED = "normalize(regexp_replace({}, '\\s', '', 'g'), NFKC)"
COMPARE = text(
    f"""
    WITH theirs AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:uscc AS text[]), CAST(:name AS text[]), CAST(:state AS text[]),
            CAST(:county AS text[])) AS t(uscc, name, state, region)
    ), ours AS MATERIALIZED (
        SELECT uscc, name, status, region FROM publication_household
        WHERE uscc > :after AND uscc <= :upto AND starts_with(region, :region)
            AND status = '{REGISTERED}'
    ), both_sides AS (
        SELECT t.uscc, h.uscc IS NOT NULL AS here, true AS there, h.name, h.status, h.region, t.name AS their_name,
            t.state AS their_state, t.region AS their_region
        FROM theirs t LEFT JOIN publication_household h ON h.uscc = t.uscc
        UNION ALL
        SELECT o.uscc, true, false, o.name, o.status, o.region, NULL, NULL, NULL
        FROM ours o WHERE NOT EXISTS (SELECT FROM theirs t WHERE t.uscc = o.uscc)
    ), found AS (
        INSERT INTO publication_base_difference (check_id, uscc, difference, region, ours, theirs)
        SELECT :check, b.uscc, d.difference,
            CASE WHEN b.here AND starts_with(b.region, :region) THEN b.region ELSE b.their_region END, d.ours, d.theirs
        FROM both_sides b CROSS JOIN LATERAL (VALUES
            ('{BaseDifferenceKind.UNKNOWN_HERE}', NULL, b.their_name, NOT b.here AND b.their_state = '{IN_BUSINESS}'),
            ('{BaseDifferenceKind.UNKNOWN_THERE}', b.name, NULL, NOT b.there),
            ('{BaseDifferenceKind.NAME}', b.name, b.their_name,
                {FOLDED.format("b.name")} <> {FOLDED.format("b.their_name")}),
            ('{BaseDifferenceKind.STATUS}', b.status, b.their_state, (b.status, b.their_state) NOT IN ({SAME})),
            ('{BaseDifferenceKind.REGION}', b.region, b.their_region, b.region <> b.their_region)
        ) AS d(difference, ours, theirs, differs)
        WHERE d.differs
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM ours
    """
)
"""Of households that are registered no longer only what the base says of them is compared: it need not have them."""


@dataclass(frozen=True)
class BaseDifferenceQuery:
    """Differences of a check in a region, of a kind."""

    check: uuid.UUID
    region: str
    difference: BaseDifferenceKind | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As a where clause."""
        found = [Difference.check_id == self.check, in_region(Difference.region, self.region)]
        return found if self.difference is None else [*found, Difference.difference == self.difference]


async def order_check(session: AsyncSession, region: str, day: dt.date, by: str | None) -> PublicationBaseCheck | None:
    """A new check; None where the region's is not over, or the day's was made (`by` None)."""
    now = clock.now()
    values = {"id": uuid.uuid4(), "region": region, "day": day, "state": CheckState.READING, "ordered_by": by}
    values |= {"started_at": now, "next_try_at": now, "after": ""}
    made = await session.execute(insert(Check).values(values).on_conflict_do_nothing().returning(Check))
    return made.scalar_one_or_none()


async def next_check(session: AsyncSession, now: dt.datetime) -> PublicationBaseCheck | None:
    """The first check that is not over and may go on."""
    query = select(Check).where(Check.ended_at.is_(None), Check.next_try_at <= now)
    return await session.scalar(query.order_by(Check.number).limit(1))


async def lock_check(session: AsyncSession, check: uuid.UUID) -> PublicationBaseCheck:
    """A check that the caller knows to exist, locked."""
    return await session.get_one(Check, check, with_for_update=True, populate_existing=True)


async def compare(
    session: AsyncSession, check: PublicationBaseCheck, entities: Sequence[RegisteredEntity], upto: str | None
) -> int:
    """A page of the base with our households behind the check's last code, up to the page's; None: to the end. Keeps
    what differs; returns how many registered households of ours there were.
    """
    columns: dict[str, list[Any]] = {
        "uscc": [one.uscc for one in entities],
        "name": [one.name[:500] for one in entities],
        "state": [one.state for one in entities],
        "county": [one.region[:COUNTY_DIGITS] for one in entities],
    }
    where = {"check": check.id, "region": check.region, "after": check.after, "upto": upto or LAST}
    return int((await session.execute(COMPARE, columns | where)).scalar_one())


def _seen_by(region: str) -> ColumnElement[bool]:
    """Checks of the region, of a part of it, or of what it is a part of."""
    around = [region[:digits] for digits in range(0, len(region), 2)]
    return or_(Check.region.in_(around), Check.region.startswith(region, autoescape=True))


async def list_checks(
    session: AsyncSession, region: str, after: int | None, limit: int
) -> Sequence[PublicationBaseCheck]:
    """Checks, the latest first."""
    query = select(Check).where(_seen_by(region))
    if after is not None:
        query = query.where(Check.number < after)
    return (await session.scalars(query.order_by(Check.number.desc()).limit(limit))).all()


async def get_check(session: AsyncSession, check: uuid.UUID, region: str) -> PublicationBaseCheck | None:
    """One check, if it concerns the region."""
    return await session.scalar(select(Check).where(Check.id == check, _seen_by(region)))


async def counts_of(session: AsyncSession, query: BaseDifferenceQuery) -> Sequence[Row[str, BaseDifferenceKind, int]]:
    """How many differences there are by county and kind."""
    named = (Difference.region, Difference.difference)
    counted = select(*named, func.count()).where(*query.conditions()).group_by(*named).order_by(*named)
    return (await session.execute(counted)).all()


async def list_differences(
    session: AsyncSession, query: BaseDifferenceQuery, after: tuple[str, str, str] | None, limit: int
) -> Sequence[PublicationBaseDifference]:
    """Differences by county and household."""
    position = (Difference.region, Difference.uscc, Difference.difference)
    found = select(Difference).where(*query.conditions())
    if after is not None:
        found = found.where(tuple_(*position) > after)
    return (await session.scalars(found.order_by(*position).limit(limit))).all()
