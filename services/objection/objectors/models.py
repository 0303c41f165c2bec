"""The table of objectors' personal data, apart from the objections themselves."""

import datetime as dt
import uuid

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from shared.database.columns import CreatedAt, Id, Subject
from shared.platform.sealed_fields.values import SealedColumn, SealedText


class Objector(Base):
    """Real name and contact of whoever filed by name, or of whom an officer filed for at the counter."""

    __tablename__ = "objector"

    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"), primary_key=True)
    name: Mapped[SealedText] = mapped_column(SealedColumn)
    contact: Mapped[SealedText] = mapped_column(SealedColumn)


class ObjectorConsent(Base):
    """How an objector agreed to what an officer did for them at the counter. The words name people by their nature, so
    they are sealed; the audit only says that there is a consent.
    """

    __tablename__ = "objector_consent"
    __table_args__ = (Index("ix_objector_consent_objection", "objection_id"),)

    id: Mapped[Id]
    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"))
    step: Mapped[str] = mapped_column(String(40), comment="file, complete, respond, give-up, withdraw")
    statement: Mapped[SealedText] = mapped_column(SealedColumn)
    given_on: Mapped[dt.date] = mapped_column(Date)
    recorded_by: Mapped[Subject]
    recorded_at: Mapped[CreatedAt]
