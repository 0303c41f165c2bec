"""The row of an accepted delivery, and its reads. A caller sees deliveries whose declared region lies inside its own, a
department those of its own feeds.

A delivery is a state of its feed in its coverage. The same bytes with the same declaration are the same delivery only
while nothing else of that feed and coverage has come since; after another one they are a new state.
"""

import uuid
from collections.abc import Collection
from typing import ClassVar, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Identity, String, and_, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from shared.database.advisory_locks import AdvisoryLock, take_lock, take_lock_shared
from shared.database.columns import EnumText, Id, Version
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.declaration import Declaration, Mode
from shared.platform.deliveries.coverage import Coverage
from shared.reference.departments import Department


class DeliveryTable:
    """The columns of an accepted delivery; a service adds what it keeps of it.

    `sha256` is that of the bytes as received, which are not kept; `rejects_file` the digest of the stored rejects;
    `changed`: households for whom the delivery changed something. `sequence` is the order of receipt. `unreadable`:
    rejected rows of which nobody can tell whose they are. `unlisted`: records that a full delivery does not list and
    that wait for an officer's word, or waited for it.
    """

    SAME: ClassVar[tuple[str, ...]] = ("feed", "sha256", "region", "mode")
    """What makes two deliveries the same one, if nothing came between them."""
    AUDITED: ClassVar[tuple[str, ...]] = (
        "accepted",
        "rejected",
        "flagged",
        "changed",
        "unreadable",
        "coverage",
        "unlisted",
    )
    """What the audit keeps of the row beside the declaration."""

    id: Mapped[Id]
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    feed: Mapped[str] = mapped_column(String(40))
    bureau: Mapped[str] = mapped_column(String(100))
    region: Mapped[str] = mapped_column(String(6))
    mode: Mapped[Mode] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(BigInteger)
    accepted: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)
    flagged: Mapped[int] = mapped_column(BigInteger)
    changed: Mapped[int] = mapped_column(BigInteger, default=0)
    unreadable: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    coverage: Mapped[Coverage] = mapped_column(
        EnumText(Coverage), default=Coverage.AS_DECLARED, server_default=Coverage.AS_DECLARED.value
    )
    unlisted: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    version: Mapped[Version] = mapped_column(server_default="1")
    warnings: Mapped[list[str]] = mapped_column(JSONB, default=list)
    rejects_file: Mapped[str] = mapped_column(String(64))

    @classmethod
    def meeting(cls, feed: str, region: str) -> list[ColumnElement[bool]]:
        """Conditions on deliveries of a feed whose coverage has a county in common with a region."""
        wider = [region[:digits] for digits in range(2, len(region) + 1, 2)]
        return [cls.feed == feed, or_(cls.region.in_(wider), cls.region.startswith(region, autoescape=True))]

    @classmethod
    def around(cls, declared: Declaration) -> list[ColumnElement[bool]]:
        """Conditions on deliveries whose coverage has something in common with the declared one."""
        return cls.meeting(declared.feed, declared.region)

    def is_same_as(self, declared: Declaration) -> bool:
        """Whether the same bytes were declared in the same way; of a feed that several departments deliver, by the same
        bureau.
        """
        names = (*self.SAME, "bureau") if FEEDS[declared.feed].others else self.SAME
        return all(getattr(self, name) == getattr(declared, name) for name in names)

    def is_readable_for(self, _department: Department) -> bool:
        """Whether a department that delivers the feed may read of this delivery; overridden where several do."""
        return True

    @property
    def deliverer(self) -> str:
        """Who delivered it."""
        raise NotImplementedError

    @property
    def number(self) -> str:
        """What the file of its rejects is named after."""
        return str(self.id)


D = TypeVar("D", bound=DeliveryTable)


def visible_rows(
    region: ColumnElement[str] | InstrumentedAttribute[str],
    feed: ColumnElement[str] | InstrumentedAttribute[str],
    scope: str,
    feeds: Collection[str] | None,
) -> ColumnElement[bool]:
    """Rows declared inside a region, and of one of the feeds; None: of any."""
    inside = region.startswith(scope, autoescape=True)
    return inside if feeds is None else and_(inside, feed.in_(sorted(feeds)))


def visible_deliveries(table: type[D], scope: str, feeds: Collection[str] | None) -> ColumnElement[bool]:
    """Deliveries that a caller of this region, who sees these feeds (None: all), may read."""
    return visible_rows(table.region, table.feed, scope, feeds)


async def get_delivery(
    session: AsyncSession, table: type[D], delivery_id: uuid.UUID, scope: str, feeds: Collection[str] | None
) -> D | None:
    """A delivery that a caller of this region, who sees these feeds (None: all), may read."""
    query = select(table).where(table.id == delivery_id, visible_deliveries(table, scope, feeds))
    return (await session.execute(query)).scalar_one_or_none()


async def find_same_delivery(session: AsyncSession, table: type[D], declared: Declaration) -> D | None:
    """The last delivery of the feed and coverage, if it is of the same bytes, declared in the same way."""
    newest = select(table).where(*table.around(declared)).order_by(table.sequence.desc()).limit(1)
    last = (await session.execute(newest)).scalar_one_or_none()
    return last if last is not None and last.is_same_as(declared) else None


async def find_later_delivery(session: AsyncSession, delivery: D) -> uuid.UUID | None:
    """A later delivery of the feed whose region has a county in common with this one's; of a feed that several
    departments deliver, by the same bureau.
    """
    table = type(delivery)
    later = select(table.id).where(*table.meeting(delivery.feed, delivery.region), table.sequence > delivery.sequence)
    if FEEDS[delivery.feed].others:
        later = later.where(table.bureau == delivery.bureau)
    return (await session.execute(later.limit(1))).scalar_one_or_none()


async def lock_coverage(session: AsyncSession, feed: str, region: str) -> None:
    """Deliveries of a feed that have a county in common, and decisions about them, go one after another until the end
    of the transaction; those of other regions go at the same time.
    """
    for digits in range(2, len(region), 2):
        await take_lock_shared(session, AdvisoryLock.DELIVERY, f"{feed}:{region[:digits]}")
    await take_lock(session, AdvisoryLock.DELIVERY, f"{feed}:{region}")
