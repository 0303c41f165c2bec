"""Accepted deliveries, and pulls from bureaus' APIs that are still running.

A delivery's data are files of the store, named here by the SHA-256 of their content. `sequence` is the order of
receipt: a later delivery's row replaces an earlier one's.
"""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    func,
    or_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.base import Base
from services.typing.deliveries.domain import MoveState, PullState
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Uscc, Version
from shared.feeds.intake.declaration import Channel, Declaration
from shared.platform.audit import About, about
from shared.platform.deliveries.rows import DeliveryTable

REGION_FORM = "region ~ '^[0-9]{2}([0-9]{2}){0,2}$'"


class Delivery(DeliveryTable, Base):
    """One accepted delivery: a state of its feed in its coverage.

    ``year`` null: not about a year, or about every
    year. ``moved_in``, ``changed``, ``changes_file``, ``revision``: registration only; households that were
    registered elsewhere before, and households whose entry is new or has changed (announced by HouseholdChanged).
    ``pending``, ``pending_file``: registration rows that count only when the household's own county confirms its move,
    and are in none of the other files. ``settled``: it was compared with the corrections that were open when it came.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("sequence"),
        CheckConstraint(REGION_FORM, name="region_form"),
        CheckConstraint("mode IN ('full', 'incremental')", name="mode_known"),
        CheckConstraint("accepted <= rows AND rejected <= rows AND flagged <= accepted", name="rows_add_up"),
        Index("ix_delivery_feed_region", "feed", "region", "sequence"),
        Index("ix_delivery_unsettled", "sequence", postgresql_where="NOT settled"),
    )

    SAME = (*DeliveryTable.SAME, "year")
    AUDITED = (*DeliveryTable.AUDITED, "moved_in", "pending", "accepted_file")

    year: Mapped[int | None] = mapped_column(Integer)
    channel: Mapped[Channel] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    bytes: Mapped[int] = mapped_column(BigInteger)
    accepted_file: Mapped[str] = mapped_column(String(64))
    rejected_keys_file: Mapped[str] = mapped_column(String(64))
    moved_in: Mapped[int] = mapped_column(BigInteger, default=0)
    pending: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    pending_file: Mapped[str | None] = mapped_column(String(64))
    changes_file: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int | None] = mapped_column(BigInteger)
    settled: Mapped[bool] = mapped_column(Boolean, server_default=false())
    received_by: Mapped[Subject]
    received_on: Mapped[dt.date] = mapped_column(Date)
    received_at: Mapped[CreatedAt]

    @classmethod
    def around(cls, declared: Declaration) -> list[ColumnElement[bool]]:
        """Also about a year in common."""
        conditions = super().around(declared)
        if declared.year is None:
            return conditions
        return [*conditions, or_(cls.year.is_(None), cls.year == declared.year)]

    @property
    def deliverer(self) -> str:
        """Who delivered it."""
        return self.received_by

    @property
    def number(self) -> str:
        """What the file of its rejects is named after: its place in the order of receipt."""
        return str(self.sequence)


class PendingMove(Base):
    """A household that another region's bureau delivered as its own: it moves when its own county confirms.

    ``delivery_id``: the last delivery with the row, whose ``pending_file`` holds it. At most one per household and
    destination waits.
    """

    __tablename__ = "pending_move"
    __table_args__ = (
        Index("uq_pending_move_waiting", "uscc", "to_region", unique=True, postgresql_where="state = 'waiting'"),
        Index("ix_pending_move_from", "from_region", "state"),
        Index("ix_pending_move_to", "to_region", "state"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in MoveState)})", name="state_known"),
    )

    id: Mapped[Id]
    uscc: Mapped[Uscc]
    name: Mapped[str] = mapped_column(String(500))
    from_region: Mapped[County]
    to_region: Mapped[County]
    operator_ref: Mapped[str | None] = mapped_column(String(60))
    operator_changes: Mapped[bool] = mapped_column(Boolean)
    delivery_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("delivery.id"))
    bureau: Mapped[str] = mapped_column(String(100))
    delivered_by: Mapped[Subject]
    state: Mapped[MoveState] = mapped_column(EnumText(MoveState), default=MoveState.WAITING)
    asked_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says; it belongs to the county that loses the household."""
        return about(f"move/{self.id}", self.from_region, uscc=self.uscc, to=self.to_region)


class Pull(Base):
    """One pull of a source: pages fetched so far, and where the next begins. At most one per source is running.

    ``failure``: why it ended without a delivery. ``trouble``: why the last of ``attempts`` in a row stopped, while it
    is running; the next is made at ``next_try_at``. ``unknown_names``: names in the rows that are none of the feed's.
    """

    __tablename__ = "pull"
    __table_args__ = (
        UniqueConstraint("sequence"),
        Index("uq_pull_running", "source", unique=True, postgresql_where="state = 'running'"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in PullState)})", name="state_known"),
        CheckConstraint(REGION_FORM, name="region_form"),
    )

    id: Mapped[Id]
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    source: Mapped[str] = mapped_column(String(100))
    bureau: Mapped[str] = mapped_column(String(100), server_default="")
    feed: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(6))
    state: Mapped[PullState] = mapped_column(EnumText(PullState), default=PullState.RUNNING)
    cursor: Mapped[str | None] = mapped_column(Text, comment="of the next page; null before the first")
    pages: Mapped[int] = mapped_column(Integer, default=0)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    unknown_names: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    trouble: Mapped[str | None] = mapped_column(Text)
    next_try_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    failure: Mapped[str | None] = mapped_column(Text)
    delivery_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("delivery.id"))
    started_at: Mapped[CreatedAt]
    updated_at: Mapped[dt.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )


class PullPage(Base):
    """One fetched page; ``cursor`` asked for it (empty for the first). A cursor is followed once."""

    __tablename__ = "pull_page"
    __table_args__ = (UniqueConstraint("pull_id", "cursor"),)

    pull_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pull.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    cursor: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
