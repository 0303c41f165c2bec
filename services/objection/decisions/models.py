"""The table of proposals: what was proposed, by whom, and what became of it."""

import datetime as dt
import uuid

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.objection.base import Base
from services.objection.decisions.domain import AppliedOutcome, ProposalState
from services.objection.objections.domain import Outcome
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject
from shared.platform.audit import About, about


class Decision(Base):
    """A proposal, and the decision once somebody else has taken it.

    `verifications`: those whose corrected rows are used. `interpretation` and `reading`: the open phrase that was
    decided, and how it is to be read. `told_on`: when the objector was told that the result may become worse;
    `decide_after`: the last day on which the objector may withdraw because of that. `applied`: recognition's answer.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_objection", "objection_id", "created_at"),
        Index("ux_decision_standing", "objection_id", unique=True, postgresql_where=text("state <> 'sent-back'")),
    )

    id: Mapped[Id]
    objection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("objection.id"))
    county: Mapped[County]
    state: Mapped[ProposalState] = mapped_column(EnumText(ProposalState), default=ProposalState.PROPOSED)
    outcome: Mapped[Outcome] = mapped_column(EnumText(Outcome))
    reason: Mapped[str] = mapped_column(Text, comment="public")
    articles: Mapped[list[str]] = mapped_column(JSONB, comment="further articles that the decision rests on")
    verifications: Mapped[list[str]] = mapped_column(JSONB)
    interpretation: Mapped[str | None] = mapped_column(String(100))
    reading: Mapped[str | None] = mapped_column(String(100))
    worse: Mapped[bool] = mapped_column(Boolean)
    told_on: Mapped[dt.date | None] = mapped_column(Date)
    decide_after: Mapped[dt.date | None] = mapped_column(Date)
    proposed_by: Mapped[Subject]
    proposed_region: Mapped[str] = mapped_column(String(6))
    sent_back_by: Mapped[str | None] = mapped_column(String(200))
    sent_back_reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_on: Mapped[dt.date | None] = mapped_column(Date)
    applied: Mapped[AppliedOutcome | None] = mapped_column(EnumText(AppliedOutcome))
    applied_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]

    def audited(self) -> About:
        """What an audit entry about a proposal says."""
        known = {"objection": str(self.objection_id), "outcome": self.outcome, "state": self.state}
        return about(self.id, self.county, **known)
