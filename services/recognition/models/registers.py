"""The service's own feeds: penalties of households and dishonest debtors among operators."""

import datetime as dt
import uuid

from sqlalchemy import BigInteger, Date, DateTime, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.models.base import Base, Code, Id, Subject


class RegisterDelivery(Base):
    """One delivered file of a feed; the same bytes for the same region and mode count once. `changed`:
    households for whom something became another, `rejects_file`: the digest of the stored rejects.
    """

    __tablename__ = "register_delivery"
    __table_args__ = (UniqueConstraint("feed", "sha256", "region", "mode"),)

    id: Mapped[Id]
    feed: Mapped[str] = mapped_column(String(30))
    bureau: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(6))
    mode: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(BigInteger)
    accepted: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)
    flagged: Mapped[int] = mapped_column(BigInteger)
    changed: Mapped[int] = mapped_column(BigInteger)
    warnings: Mapped[list[str]] = mapped_column(JSONB, default=list)
    rejects_file: Mapped[str] = mapped_column(String(64))
    delivered_by: Mapped[Subject]
    delivered_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class Penalty(Base):
    """A penalty of a household. Publicity's end and repair are kept apart: each has its own effect."""

    __tablename__ = "penalty"

    uscc: Mapped[Code] = mapped_column(primary_key=True)
    decided_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    published_on: Mapped[dt.date | None] = mapped_column(Date)
    published_until: Mapped[dt.date | None] = mapped_column(Date)
    repaired_on: Mapped[dt.date | None] = mapped_column(Date)
    delivery_id: Mapped[uuid.UUID]


class DishonestDebtor(Base):
    """An operator on the courts' list, by pseudonym, as a region's bureau delivered it.

    Regions do not overwrite one another: a row stands until its own region, or a wider one, says otherwise.
    """

    __tablename__ = "dishonest_debtor"
    __table_args__ = (Index("ix_dishonest_debtor_operator", "operator_ref"),)

    operator_ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    listed_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    removed_on: Mapped[dt.date | None] = mapped_column(Date)
    delivery_id: Mapped[uuid.UUID]
