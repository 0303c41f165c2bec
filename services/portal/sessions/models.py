"""Tables of sessions. Times are the database's: a demonstration's calendar ends nobody's session."""

import datetime as dt

from sqlalchemy import DateTime, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.base import Base
from shared.database.columns import CreatedAt, Id, Subject
from shared.platform.sealed_fields.values import SealedColumn, SealedText


class BrowserSession(Base):
    """One browser that somebody signed in with."""

    __tablename__ = "browser_session"
    __table_args__ = (Index("ix_browser_session_subject", "subject"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True, comment="SHA-256 of the cookie's secret")
    subject: Mapped[Subject]
    tokens: Mapped[SealedText] = mapped_column(SealedColumn, comment="access token and name, as JSON")
    device: Mapped[str] = mapped_column(String(20), server_default="", comment="what its person calls it")
    begun_at: Mapped[CreatedAt]
    seen_at: Mapped[CreatedAt]
    idle_seconds: Mapped[int] = mapped_column(Integer, comment="without a request for so long, it has ended")
    ends_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), comment="whatever is done meanwhile")
    ended_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class KeptForm(Base):
    """What somebody had filled in when the session had ended; only the same person gets it back."""

    __tablename__ = "kept_form"

    id: Mapped[Id]
    subject: Mapped[Subject]
    path: Mapped[str] = mapped_column(String(400))
    fields: Mapped[SealedText] = mapped_column(SealedColumn, comment="names and values, as JSON")
    kept_at: Mapped[CreatedAt]
