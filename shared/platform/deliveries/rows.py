"""The row of an accepted delivery, and its reads. A caller sees deliveries whose declared region lies inside its own, a
department those of its own feeds.
"""

import uuid
from collections.abc import Collection
from typing import ClassVar, Self, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.database.columns import Id
from shared.feeds.intake.declaration import Declaration, Mode


class DeliveryTable:
    """The columns of an accepted delivery; a service adds what it keeps of it.

    `sha256` is that of the bytes as received, which are not kept; `rejects_file` the digest of the stored rejects;
    `changed`: households for whom the delivery changed something.
    """

    SAME: ClassVar[tuple[str, ...]] = ("feed", "sha256", "region", "mode")
    """What makes two deliveries the same one; a unique constraint of the table."""
    AUDITED: ClassVar[tuple[str, ...]] = ("accepted", "rejected", "flagged", "changed")
    """What the audit keeps of the row beside the declaration."""

    id: Mapped[Id]
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
    warnings: Mapped[list[str]] = mapped_column(JSONB, default=list)
    rejects_file: Mapped[str] = mapped_column(String(64))

    @classmethod
    def same_as(cls, declared: Declaration) -> Select[Self]:
        """The delivery that counts as the same one, if it came before."""
        return select(cls).filter_by(**{name: getattr(declared, name) for name in cls.SAME})

    @property
    def number(self) -> str:
        """What the file of its rejects is named after."""
        return str(self.id)


D = TypeVar("D", bound=DeliveryTable)


def visible_deliveries(table: type[D], scope: str, feeds: Collection[str] | None) -> ColumnElement[bool]:
    """Declared inside a region, and of one of the feeds; None: of any."""
    inside = table.region.startswith(scope, autoescape=True)
    return inside if feeds is None else and_(inside, table.feed.in_(sorted(feeds)))


async def get_delivery(
    session: AsyncSession, table: type[D], delivery_id: uuid.UUID, scope: str, feeds: Collection[str] | None
) -> D | None:
    """A delivery that a caller of this region, who sees these feeds (None: all), may read."""
    query = select(table).where(table.id == delivery_id, visible_deliveries(table, scope, feeds))
    return (await session.execute(query)).scalar_one_or_none()


async def find_same_delivery(session: AsyncSession, table: type[D], declared: Declaration) -> D | None:
    """The delivery of the same bytes, declared in the same way, if it came before."""
    return (await session.execute(table.same_as(declared))).scalar_one_or_none()
