"""The table of recognitions from another system that are to be adopted."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.recognition.adoptions.domain import AdoptionState
from services.recognition.base import Base
from services.recognition.rules.domain import PathKind
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Uscc, Version
from shared.law.model.recognition import Category
from shared.platform.audit import About, about
from shared.platform.documents import DocumentTable


class Adoption(Base):
    """What the certificate of another region's bureau says of a household that has moved in, with a copy of it; and
    what became of it. One is open per household.
    """

    __tablename__ = "adoption"
    __table_args__ = (
        Index("ux_adoption_open", "uscc", unique=True, postgresql_where=text("state = 'entered'")),
        Index("ix_adoption_county", "county", "id"),
        CheckConstraint("decided_by <> entered_by", name="maker_is_not_checker"),
    )

    id: Mapped[Id]
    county: Mapped[County]
    uscc: Mapped[Uscc]
    name: Mapped[str] = mapped_column(String(500))
    category: Mapped[Category] = mapped_column(EnumText(Category))
    path: Mapped[PathKind] = mapped_column(EnumText(PathKind))
    origin: Mapped[str] = mapped_column(String(6), comment="the county that recognised it")
    issued_by: Mapped[str] = mapped_column(String(200), comment="as the certificate says")
    certificate_no: Mapped[str] = mapped_column(String(100), comment="of the origin")
    granted_on: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date, comment="the last day, which stays")
    state: Mapped[AdoptionState] = mapped_column(EnumText(AdoptionState), default=AdoptionState.ENTERED)
    entered_by: Mapped[Subject]
    entered_at: Mapped[CreatedAt]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)
    recognition_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("recognition.id"))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about it says."""
        return about(self.id, self.county, state=self.state, origin=self.origin)


class AdoptionDocument(DocumentTable, Base):
    """A copy of the certificate or of the decision of the origin, stored under its hash."""

    __tablename__ = "adoption_document"

    adoption_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("adoption.id"), index=True)
