"""The list of refused deliveries: what was declared, why it was refused, and when. Nothing of the file is kept.

A file that is offered again and refused for the same reason is one line, which says how often. A caller sees the lines
of its own region, a department those of its own feeds; of a feed that several departments deliver, its own lines.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.refusals import DeliveryRefused
from shared.platform.deliveries.rows import visible_rows
from shared.platform.department_scope import readable_department, readable_feeds
from shared.platform.identity import Caller

SHARED_FEEDS: Final = sorted(name for name, feed in FEEDS.items() if feed.others)
"""Several departments deliver them, each for itself."""
SAME: Final = ("feed", "region", "sha256", "reason", "offered_by")


def refused_delivery_tables(metadata: MetaData) -> Table:
    """Adds the list to a service's metadata."""
    return Table(
        "refused_delivery",
        metadata,
        Column("sequence", BigInteger, Identity(always=True), primary_key=True),
        Column("feed", String(40), nullable=False),
        Column("bureau", String(100), nullable=False),
        Column("region", String(6), nullable=False),
        Column("year", Integer),
        Column("mode", String(20), nullable=False),
        Column("rows", BigInteger, nullable=False, comment="as declared"),
        Column("sha256", String(64), nullable=False, comment="as declared"),
        Column("channel", String(20), nullable=False),
        Column("reason", String(60), nullable=False),
        Column("detail", Text, nullable=False),
        Column("offered_by", String(200), nullable=False),
        Column("department", String(30), comment="who offered it; null: an official, or before this was kept"),
        Column("times", Integer, nullable=False, server_default="1"),
        Column("first_refused_at", DateTime(timezone=True), nullable=False),
        Column("last_refused_at", DateTime(timezone=True), nullable=False),
        Index("uq_refused_delivery_same", *SAME, unique=True),
        Index("ix_refused_delivery_last", "last_refused_at"),
    )


REFUSED: Final = refused_delivery_tables(MetaData())


async def add_refused(session: AsyncSession, caller: Caller, declared: Declaration, refusal: DeliveryRefused) -> None:
    """A line for a refused delivery, or one more time for a line that is there."""
    named = ("feed", "bureau", "region", "year", "mode", "rows", "sha256", "channel")
    now = clock.now()
    line = {name: getattr(declared, name) for name in named} | {
        "reason": refusal.slug,
        "detail": refusal.detail,
        "offered_by": caller.subject,
        "department": caller.department,
        "first_refused_at": now,
        "last_refused_at": now,
    }
    again = {"times": REFUSED.c.times + 1, "last_refused_at": now, "detail": refusal.detail}
    await session.execute(insert(REFUSED).values(line).on_conflict_do_update(index_elements=list(SAME), set_=again))


async def list_refused(session: AsyncSession, caller: Caller, below: int | None, limit: int) -> Sequence[Row[Any]]:
    """Refused deliveries that a caller may read, the newest first."""
    visible = visible_rows(REFUSED.c.region, REFUSED.c.feed, caller.region, readable_feeds(caller))
    query = select(REFUSED).where(visible)
    if (department := readable_department(caller)) is not None:
        query = query.where(or_(REFUSED.c.feed.not_in(SHARED_FEEDS), REFUSED.c.department == department))
    if below is not None:
        query = query.where(REFUSED.c.sequence < below)
    return (await session.execute(query.order_by(REFUSED.c.sequence.desc()).limit(limit))).all()
