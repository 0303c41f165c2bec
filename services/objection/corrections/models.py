"""The table of corrections of evidence: what was sent to typing, its answers, and the bureau's item."""

import datetime as dt
import uuid

from sqlalchemy import Boolean, Date, DateTime, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from services.objection.corrections.domain import CorrectionOutcome, ItemState
from shared.database.columns import County, EnumText, Id, Uscc, Version
from shared.platform.audit import About, about
from shared.reference.departments import Department


class CorrectionItem(Base):
    """One corrected row (it stands, sealed, in its verification), and the item of the bureau that delivered the wrong
    one. `outcome` and the types are typing's answer; `lift_outcome` that to the lifting. `sealed`: as it was sent, for
    sending it again once the objector has been told that it makes the type worse (`worse_told`).
    """

    __tablename__ = "correction_item"
    __table_args__ = (
        Index("ix_correction_item_objection", "objection_id"),
        Index("ix_correction_item_bureau", "department", "region", "opened_on", "id"),
        Index("ix_correction_item_county", "county", "opened_on", "id"),
    )

    id: Mapped[Id]
    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"))
    verification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("verification.id"))
    county: Mapped[County]
    uscc: Mapped[Uscc]
    department: Mapped[Department] = mapped_column(EnumText(Department, 30))
    region: Mapped[str] = mapped_column(String(6), comment="of the bureau that delivered the wrong row")
    feed: Mapped[str] = mapped_column(String(40))
    year: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[ItemState] = mapped_column(EnumText(ItemState), default=ItemState.OPEN)
    opened_on: Mapped[dt.date] = mapped_column(Date)
    outcome: Mapped[CorrectionOutcome | None] = mapped_column(EnumText(CorrectionOutcome))
    answer_reason: Mapped[str | None] = mapped_column(Text, comment="why typing refused it, or what else it said")
    type: Mapped[str | None] = mapped_column(String(20))
    previous_type: Mapped[str | None] = mapped_column(String(20))
    sealed: Mapped[str | None] = mapped_column(Text, comment="for typing alone; until it has answered")
    worse_told: Mapped[bool] = mapped_column(Boolean, default=False)
    answered_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    acknowledged_by: Mapped[str | None] = mapped_column(String(200))
    settled_by: Mapped[uuid.UUID | None] = mapped_column(Uuid, comment="the delivery that met or contradicted it last")
    lifted_by: Mapped[str | None] = mapped_column(String(200))
    lift_reason: Mapped[str | None] = mapped_column(Text)
    lift_outcome: Mapped[CorrectionOutcome | None] = mapped_column(EnumText(CorrectionOutcome))
    version: Mapped[Version]

    def audited(self) -> About:
        """What an audit entry about a correction says."""
        known = {"objection": str(self.objection_id), "feed": self.feed, "state": self.state}
        return about(self.id, self.county, department=self.department, **known)
