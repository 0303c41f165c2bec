"""When the annual reports of a region and year closed: the word that a typing run may be published on."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Date, DateTime, Integer, String, UniqueConstraint, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from services.typing.models.base import Base


class AnnualReportClosing(Base):
    """One closing of the annual reports; once per region and year (of the figures)."""

    __tablename__ = "annual_report_closing"
    __table_args__ = (
        UniqueConstraint("region", "year"),
        CheckConstraint("region ~ '^[0-9]{2}([0-9]{2}){0,2}$'", name="region_form"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    region: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    closed_on: Mapped[dt.date] = mapped_column(Date)
    actor: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
