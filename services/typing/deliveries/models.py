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
)
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.base import Base
from services.typing.deliveries.domain import PullState
from shared.database.columns import CreatedAt, EnumText, Id, Subject
from shared.feeds.intake.declaration import Channel
from shared.platform.deliveries.rows import DeliveryTable

REGION_FORM = "region ~ '^[0-9]{2}([0-9]{2}){0,2}$'"


class Delivery(DeliveryTable, Base):
    """One accepted delivery. The same bytes with the same declared coverage and mode are one delivery.

    ``year`` null: not about a year, or about every
    year. ``moved_in``, ``changed``, ``changes_file``, ``revision``: registration only; households that were
    registered elsewhere before, and households whose entry is new or has changed (announced by HouseholdChanged).
    ``settled``: it was compared with the corrections that were open when it came.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("sequence"),
        UniqueConstraint("feed", "sha256", "region", "year", "mode", postgresql_nulls_not_distinct=True),
        CheckConstraint(REGION_FORM, name="region_form"),
        CheckConstraint("mode IN ('full', 'incremental')", name="mode_known"),
        CheckConstraint("accepted <= rows AND rejected <= rows AND flagged <= accepted", name="rows_add_up"),
        Index("ix_delivery_feed_region", "feed", "region", "sequence"),
        Index("ix_delivery_unsettled", "sequence", postgresql_where="NOT settled"),
    )

    SAME = (*DeliveryTable.SAME, "year")
    AUDITED = (*DeliveryTable.AUDITED, "moved_in", "accepted_file")

    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    year: Mapped[int | None] = mapped_column(Integer)
    channel: Mapped[Channel] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(20))
    bytes: Mapped[int] = mapped_column(BigInteger)
    accepted_file: Mapped[str] = mapped_column(String(64))
    rejected_keys_file: Mapped[str] = mapped_column(String(64))
    moved_in: Mapped[int] = mapped_column(BigInteger, default=0)
    changes_file: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int | None] = mapped_column(BigInteger)
    settled: Mapped[bool] = mapped_column(Boolean, server_default=false())
    received_by: Mapped[Subject]
    received_on: Mapped[dt.date] = mapped_column(Date)
    received_at: Mapped[CreatedAt]

    @property
    def number(self) -> str:
        """What the file of its rejects is named after: its place in the order of receipt."""
        return str(self.sequence)


class Pull(Base):
    """One pull of a source: pages fetched so far, and where the next begins. At most one per source is running."""

    __tablename__ = "pull"
    __table_args__ = (
        Index("uq_pull_running", "source", unique=True, postgresql_where="state = 'running'"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in PullState)})", name="state_known"),
        CheckConstraint(REGION_FORM, name="region_form"),
    )

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(String(100))
    feed: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(6))
    state: Mapped[PullState] = mapped_column(EnumText(PullState), default=PullState.RUNNING)
    cursor: Mapped[str | None] = mapped_column(Text, comment="of the next page; null before the first")
    pages: Mapped[int] = mapped_column(Integer, default=0)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
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
