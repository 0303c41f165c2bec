"""Tables of problems and of what was done about each."""

import datetime as dt
import uuid

from sqlalchemy import Boolean, Date, DateTime, Index, Integer, Sequence, SmallInteger, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.support.base import Base
from services.support.problems.domain import MOST_REFUSALS, AnswerOutcome, ProblemKind, ProblemSource, ProblemState
from shared.database.columns import County, CreatedAt, EnumText, Id, Subject, Version
from shared.platform.audit import About, about
from shared.reference.departments import Department

RECEIPTS = Sequence("support_receipt", metadata=Base.metadata)
OPEN = text("state <> 'closed'")


class RaisedProblem(Base):
    """A problem of a household, or of a county's households in general. It has one owner at a time: `department` of
    `owner_region`, until it is forwarded the market supervision of its county.

    `operator_ref`: who runs the household when it is raised, and reads it. `due_on`: the owner's last day, where one is
    set; `supervised_by`: the region whose bureau supervises it since one passed. `refusals`: how often the household
    said that it is not solved.
    """

    __tablename__ = "problem"
    __table_args__ = (
        Index("ux_problem_receipt", "receipt", unique=True),
        Index("ix_problem_county", "county", "id"),
        Index("ix_problem_owner", "department", "owner_region", "id", postgresql_where=OPEN),
        Index("ix_problem_operator", "operator_ref", "id"),
        Index("ix_problem_kind", "kind", "raised_on"),
    )

    id: Mapped[Id]
    receipt: Mapped[str] = mapped_column(String(40), comment="number of the receipt")
    uscc: Mapped[str | None] = mapped_column(String(18))
    county: Mapped[County]
    operator_ref: Mapped[str | None] = mapped_column(String(60))
    source: Mapped[ProblemSource] = mapped_column(EnumText(ProblemSource))
    raised_by: Mapped[str | None] = mapped_column(String(200), comment="an organisation, where one raised it")
    kind: Mapped[ProblemKind] = mapped_column(EnumText(ProblemKind, 30))
    statement: Mapped[str] = mapped_column(Text)
    call_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, comment="the visit that found it")
    entered_by: Mapped[Subject]
    raised_on: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[ProblemState] = mapped_column(EnumText(ProblemState))
    department: Mapped[Department] = mapped_column(EnumText(Department, 30))
    owner_region: Mapped[str] = mapped_column(String(6))
    waits_for: Mapped[str] = mapped_column(String(20), comment="what is due: forward or answer")
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    unverified: Mapped[bool] = mapped_column(Boolean, comment="no text gives the number of days")
    respond_by: Mapped[dt.date | None] = mapped_column(Date)
    supervised_by: Mapped[str | None] = mapped_column(String(6))
    climbs: Mapped[int] = mapped_column(SmallInteger, default=0)
    answer: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[AnswerOutcome | None] = mapped_column(EnumText(AnswerOutcome))
    enforcement: Mapped[Department | None] = mapped_column(EnumText(Department, 30))
    refusals: Mapped[int] = mapped_column(SmallInteger, default=0)
    closed_because: Mapped[str | None] = mapped_column(Text)
    version: Mapped[Version]

    @property
    def awaits_household(self) -> bool:
        """Whether somebody can say that its answer is, or is not, enough."""
        return self.operator_ref is not None and self.refusals < MOST_REFUSALS

    def audited(self) -> About:
        """What an audit entry about a problem says."""
        return about(self.id, self.county, receipt=self.receipt, state=self.state)


class ProblemStep(Base):
    """What was done about a problem, in its order: who reads the problem reads all of it."""

    __tablename__ = "problem_step"

    problem_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    what: Mapped[str] = mapped_column(String(40))
    state: Mapped[ProblemState] = mapped_column(EnumText(ProblemState))
    department: Mapped[Department] = mapped_column(EnumText(Department, 30))
    owner_region: Mapped[str] = mapped_column(String(6))
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
