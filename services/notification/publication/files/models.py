"""Tables of files: that a batch was handed over, receipts by their digest, and what they say of each record."""

import datetime as dt
import uuid

from sqlalchemy import Boolean, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notification.base import Base
from services.notification.publication.systems import Kind
from shared.database.columns import EnumText, Id, Subject


class PublicationHandover(Base):
    """An officer has handed a batch over as a file. `number`: the system's own, where it gave one."""

    __tablename__ = "publication_handover"

    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication_batch.id"), primary_key=True)
    handed_by: Mapped[Subject]
    handed_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    number: Mapped[str | None] = mapped_column(String(200))


class PublicationReceipt(Base):
    """A file with what the system says of records of a batch. The file itself is not kept, its digest is."""

    __tablename__ = "publication_receipt"
    __table_args__ = (UniqueConstraint("batch_id", "digest"),)

    id: Mapped[Id]
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication_batch.id"))
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the file")
    rows: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    received_by: Mapped[Subject]
    received_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class PublicationReceiptRow(Base):
    """What a receipt says of one record; the first word counts, another one is refused."""

    __tablename__ = "publication_receipt_row"

    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication_batch.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(EnumText(Kind, 30), primary_key=True)
    key: Mapped[str] = mapped_column(String(64, collation="C"), primary_key=True)
    receipt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publication_receipt.id"))
    taken: Mapped[bool] = mapped_column(Boolean)
    code: Mapped[str | None] = mapped_column(String(100))
    message: Mapped[str | None] = mapped_column(Text)
