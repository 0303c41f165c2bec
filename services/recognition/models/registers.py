"""The service's own feeds: penalties of households and dishonest debtors among operators."""

import datetime as dt
import uuid

from sqlalchemy import Date, DateTime, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.models.base import Base, Code, Id, Subject


class RegisterDelivery(Base):
    """One delivered file of a feed; the same bytes count once."""

    __tablename__ = "register_delivery"
    __table_args__ = (UniqueConstraint("feed", "sha256", "region"),)

    id: Mapped[Id]
    feed: Mapped[str] = mapped_column(String(30))
    bureau: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(6))
    mode: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
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
    """An operator on the courts' list, by pseudonym."""

    __tablename__ = "dishonest_debtor"
    __table_args__ = (Index("ix_dishonest_debtor_operator", "operator_ref"),)

    operator_ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    listed_on: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    removed_on: Mapped[dt.date | None] = mapped_column(Date)
    delivery_id: Mapped[uuid.UUID]
