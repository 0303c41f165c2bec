"""The table of objectors' personal data, apart from the objections themselves."""

import datetime as dt
import uuid

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from shared.platform.sealed_fields.values import SealedColumn, SealedText


class Objector(Base):
    """Real name and contact of whoever filed by name, or of whom an officer filed for at the counter.

    At the counter also the consent: how it was given, on which day, and which officer recorded it.
    """

    __tablename__ = "objector"

    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"), primary_key=True)
    name: Mapped[SealedText] = mapped_column(SealedColumn)
    contact: Mapped[SealedText] = mapped_column(SealedColumn)
    consent: Mapped[str | None] = mapped_column(Text, comment="to filing at the counter: how it was given")
    consented_on: Mapped[dt.date | None] = mapped_column(Date)
    consent_recorded_by: Mapped[str | None] = mapped_column(String(200))
