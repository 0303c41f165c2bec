"""Tables of batches and their pages."""

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.batches.domain import BatchState
from services.notification.publication.systems import System
from shared.database.columns import EnumText

OPEN = "ended_at is null"


class PublicationBatch(Base):
    """Records for one system, sealed: `digest` is SHA-256 over the pages' digests in order, and never changes."""

    __tablename__ = "publication_batch"
    __table_args__ = (
        Index("ix_publication_batch_open", "system", "number", postgresql_where=text(OPEN)),
        Index("ix_publication_batch_number", "system", "number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), comment="order of sealing")
    system: Mapped[System] = mapped_column(EnumText(System, 30))
    urgency: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[BatchState] = mapped_column(EnumText(BatchState))
    pages: Mapped[int] = mapped_column(Integer)
    records: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer, server_default="0")
    digest: Mapped[str] = mapped_column(String(64))
    provinces: Mapped[list[str]] = mapped_column(ARRAY(String(2)), server_default="{}", comment="whose records it has")
    ticket: Mapped[str | None] = mapped_column(String(200), comment="the system's own number")
    sealed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(Integer, server_default="0", comment="calls in a row that led nowhere")
    next_try_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    trouble: Mapped[str | None] = mapped_column(String(200), comment="code of the last call that led nowhere")


class PublicationPage(Base):
    """A page of a batch: its records as canonical JSON lines, compressed; emptied when the batch is over."""

    __tablename__ = "publication_page"

    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, comment="from 1")
    records: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
