"""Public notices: whom a county means to recognise, shown for some working days."""

import datetime as dt
import uuid

from sqlalchemy import Boolean, Date, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.domain.notices import NoticeState
from services.recognition.models.base import Base, County, CreatedAt, Id, Subject, Version


class PublicNotice(Base):
    """One notice of a county. Decisions wait until it is closed and cleared with no open objection."""

    __tablename__ = "public_notice"
    __table_args__ = (Index("ix_public_notice_county", "county", "opens_on"),)

    id: Mapped[Id]
    season_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("season.id"), index=True)
    county: Mapped[County]
    state: Mapped[str] = mapped_column(String(20), default=NoticeState.OPEN.value)
    opens_on: Mapped[dt.date] = mapped_column(Date)
    closes_on: Mapped[dt.date] = mapped_column(Date, comment="the last day")
    provisional: Mapped[bool] = mapped_column(Boolean, comment="a year on the way has no announced holidays yet")
    cleared_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    open_objections: Mapped[int | None] = mapped_column(Integer)
    opened_by: Mapped[Subject]
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]


class NoticeItem(Base):
    """One application on a notice."""

    __tablename__ = "notice_item"

    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("public_notice.id"), primary_key=True)
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True, index=True)
