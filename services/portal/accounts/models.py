"""The table of accounts. An account admits; it grants nothing that the identity provider does not grant."""

import datetime as dt

from sqlalchemy import ARRAY, DateTime, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.base import Base
from shared.database.columns import CreatedAt, Subject, Version


class Account(Base):
    """A member of staff who may sign in. A closed account stays: who was admitted when is part of the audit."""

    __tablename__ = "account"

    subject: Mapped[str] = mapped_column(String(200), primary_key=True, comment="as the identity provider names them")
    name: Mapped[str] = mapped_column(String(100))
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="at most these")
    region: Mapped[str] = mapped_column(String(6), comment="prefix of region codes; empty: the whole country")
    department: Mapped[str | None] = mapped_column(String(30))
    opened_by: Mapped[Subject]
    opened_at: Mapped[CreatedAt]
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closed_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[Version]
